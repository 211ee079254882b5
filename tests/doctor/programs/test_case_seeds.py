"""Every case of the book has been run over ten seeds, and its fault does harm."""

import json
import statistics
from pathlib import Path

import pytest

CASES = Path(__file__).parents[2] / "cases"
# By tossing coins a twin would be better on so many of ten seeds in one case of a hundred.
BETTER_OF_TEN = 9


@pytest.mark.parametrize("name", sorted(path.parent.name for path in CASES.glob("*/case.json")))
def test_fault_and_twin_differ_over_ten_seeds(name: str) -> None:
    case = json.loads((CASES / name / "case.json").read_text(encoding="utf-8"))
    seeds = case["seeds"]
    assert seeds["count"] >= 10
    assert len(seeds["fault"]) == len(seeds["twin"]) == seeds["count"]
    assert None not in seeds["twin"], "the mended program comes to its end on every seed"
    if case.get("differs"):
        return  # the harm is not in the number that the programs print, and the case says what it is
    sign = 1.0 if case["better"] == "higher" else -1.0
    gains = [
        sign * (twin - fault) for fault, twin in zip(seeds["fault"], seeds["twin"], strict=True) if fault is not None
    ]
    stopped = seeds["fault"].count(None)
    assert stopped + sum(gain > 0 for gain in gains) >= BETTER_OF_TEN
    assert case["gain"] > 0
    assert not gains or statistics.mean(gains) >= case["gain"]
