"""``pellucid compare`` with nothing replaced: a small table, few networks, and the folder that it leaves."""

import json
import random
from pathlib import Path

import pytest

from pellucid.cli.main import main


@pytest.fixture
def table(tmp_path: Path) -> Path:
    draw = random.Random(3)
    lines = ["size,colour,kind"]
    for _ in range(120):
        size, colour = draw.gauss(0, 1), draw.choice(["red", "blue"])
        lines.append(f"{size:.4f},{colour},{'yes' if size + (colour == 'red') + draw.gauss(0, 0.5) > 0.5 else 'no'}")
    path = tmp_path / "ponds.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.mark.slow
def test_a_comparison_from_table_to_report_and_once_more(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "compared"
    words = ["compare", str(table), "--target", "kind", "--vary", "activation=relu,tanh", "--vary", "lr=0.01,0.1"]
    words += ["--seeds", "2", "--folds", "2", "--epochs", "4", "--network", "8", "--members", "1", "--out", str(out)]
    assert main(words) == 0
    shown = capsys.readouterr()
    assert "4 variants × 2 seeds × 2 folds: 16 networks, about" in " ".join(shown.err.split())
    assert "accuracy on held-out folds, paired over 2 seeds × 2 folds, stratified" in shown.out
    assert "\nOn 24 rows that no choice has seen:\n" in shown.out
    page = (out / "report.html").read_text("utf-8")
    assert "<h1>" in page and "ponds.csv" in page
    scores = (out / "scores.csv").read_bytes()

    # The same again reads what is there; a program gets the same answer.
    assert main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ended"] == "finished"
    assert len(document["variants"]) == 4
    assert document["report"] == str(out / "report.html")
    assert (out / "scores.csv").read_bytes() == scores

    # Another question does not overwrite it.
    assert main([*words, "--seed", "9"]) == 2
    assert "holds another comparison" in capsys.readouterr().err
