"""Model files of vectors, orders, codes and sequences: what they hold, and what contradicts itself is refused."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import pellucid as pl
from pellucid.models import Manifest

TASKS: dict[str, dict[str, Any]] = {
    "embedding": {"target": "label", "task": "embedding", "code": 3},
    "ranking": {"target": "x", "task": "ranking", "group": "word", "members": 2},
    "reconstruction": {"task": "reconstruction", "drop": ("label", "text", "word")},
    "sequence": {"target": "text", "task": "sequence", "group": "word", "context": 2},
}


def table(seed: int = 0) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(120, 4))
    columns: dict[str, Any] = {name: X[:, place] for place, name in enumerate("xyzw")}
    words = [f"w{row // 6}" for row in range(120)]
    texts = ["a b" if row // 6 % 2 else "b" for row in range(120)]
    return {**columns, "label": draw.choice(["p", "q", "r"], 120), "word": words, "text": texts}


@pytest.fixture(scope="module", params=TASKS)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> pl.Model:
    folder = tmp_path_factory.mktemp("units") / "run"
    run = pl.fit(table(), **TASKS[request.param], hidden=(5,), epochs=1, out=folder)
    return pl.load(run.model_path)


def test_a_row_or_a_sequence_gets_the_same_bits_whatever_comes_with_it(model: pl.Model) -> None:
    whole = model.predict(table(1))
    few = {name: np.asarray(values)[60:90] for name, values in table(1).items()}
    part = whole[10:15] if model.manifest.task == "sequence" else whole[60:90]
    np.testing.assert_array_equal(model.predict(few), part)


def test_predicting_nothing_gives_nothing(model: pl.Model) -> None:
    read = model.read(table(1))
    assert len(model.predict_table(read.take(np.arange(0))).values) == 0


def test_the_manifest_comes_back_from_its_text(model: pl.Model) -> None:
    assert msgspec.json.decode(msgspec.json.encode(model.manifest), type=Manifest) == model.manifest


CHANGES: list[tuple[str, tuple[str, ...], Any, str]] = [
    ("embedding", ("task",), "ranking", "has a target of the kind scores"),
    ("embedding", ("head",), "softmax", "has no softmax head"),
    ("embedding", ("code_layers",), 2, "nothing else has"),
    ("embedding", ("target_encoding", "group"), "word", "nothing else has"),
    ("ranking", ("target_encoding", "context"), 1, "only rows of a sequence"),
    ("reconstruction", ("code_layers",), 0, "a reconstruction has a code"),
    ("reconstruction", ("code_layers",), 1, "give no code"),
    ("reconstruction", ("code_layers",), 99, "give no code"),
    ("reconstruction", ("target_encoding", "columns"), ["x"], "inputs have none"),
    ("sequence", ("target_encoding", "context"), 1, "differ in their columns"),
    ("sequence", ("target_encoding", "group"), "", "sequences have a group"),
    ("sequence", ("target_encoding", "classes"), ["a", "b", "c"], "3 outputs where the task needs 4"),
]


@pytest.mark.parametrize(("task", "path", "value", "message"), CHANGES)
def test_what_contradicts_itself_is_refused(
    task: str, path: tuple[str, ...], value: Any, message: str, tmp_path: Path
) -> None:
    run = pl.fit(table(), **TASKS[task], hidden=(5,), epochs=1, out=tmp_path / "run")
    told = msgspec.to_builtins(pl.load(run.model_path).manifest)
    inner = told
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(msgspec.ValidationError, match=message):
        msgspec.convert(told, Manifest)
