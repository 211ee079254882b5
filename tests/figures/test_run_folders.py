"""A run's folder becomes figures: what its files say, and a sentence for what they cannot."""

import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from made_up_comparisons import comparison_curves, comparison_record
from made_up_runs import epoch_records, run_record

import pellucid as pl
from pellucid.errors import DataError, UnknownNameError, UsageError
from pellucid.figures.runs import RUN_FIGURES, find_figure, open_folder
from pellucid.figures.runs.predictions import ClassPredictions, LabelPredictions, NumberPredictions, read_predictions
from pellucid.records import LayerRecord, encode_json, encode_lines
from pellucid.records.delimited import encode_csv

ALWAYS = {"curves", "layers"}
JUDGED = {"confusion", "roc", "precision_recall", "calibration"}


def run_folder(path: Path, task: str = "binary", classes: tuple[str, ...] | None = None) -> Path:
    """A folder as fit leaves it, but for its model."""
    record = run_record(task, classes)
    generator = np.random.default_rng(0)
    truth = generator.integers(0, max(2, len(record.classes)), 60)
    columns: dict[str, Any] = {"row": list(range(60))}
    if record.classes:
        shares = generator.dirichlet(np.ones(len(record.classes)), 60)
        said = shares.argmax(axis=1)
        columns |= {name: [record.classes[k] for k in each] for name, each in (("truth", truth), ("prediction", said))}
        columns |= {f"probability_{name}": shares[:, place].tolist() for place, name in enumerate(record.classes)}
    else:
        columns |= {"truth": (truth * 10.0).tolist(), "prediction": (truth * 9.0 + 1.0).tolist()}
    path.mkdir(parents=True, exist_ok=True)
    (path / "record.json").write_bytes(encode_json(record))
    (path / "metrics.jsonl").write_bytes(encode_lines(epoch_records(record.members, task=task)))
    layers = [LayerRecord(member=0, epoch=e, layer=k, weight=1.0, gradient=0.1) for e in (0, 1) for k in (1, 2)]
    (path / "layers.jsonl").write_bytes(encode_lines(layers))
    (path / "test_predictions.csv").write_bytes(encode_csv(columns))
    return path


def comparison_folder(path: Path, kind: str = "grid") -> Path:
    record = comparison_record(kind)
    path.mkdir(parents=True, exist_ok=True)
    (path / "comparison.json").write_bytes(encode_json(record))
    (path / "curves.jsonl").write_bytes(encode_lines(comparison_curves(record)))
    return path


def able(path: Path) -> set[str]:
    folder = open_folder(path)
    return {kind.name for kind in RUN_FIGURES if not kind.why_not(folder)}


@pytest.mark.parametrize(
    ("task", "expected"),
    [("binary", ALWAYS | JUDGED), ("multiclass", ALWAYS | JUDGED), ("regression", ALWAYS | {"fit", "residuals"})],
)
def test_a_run_has_the_figures_of_its_task_and_a_reason_for_all_others(
    task: str, expected: set[str], tmp_path: Path
) -> None:
    folder = open_folder(run_folder(tmp_path, task))
    assert able(tmp_path) == expected
    for kind in RUN_FIGURES:
        reason = kind.why_not(folder)
        assert not reason or (reason[0].isupper() and reason.endswith("."))
        if not reason:
            found = kind.make(folder)
            assert found.alt.endswith(".") and found.table.rows and found.panels
            assert all(len(row) == len(found.table.columns) for row in found.table.rows)


def test_a_comparison_has_its_own(tmp_path: Path) -> None:
    assert able(comparison_folder(tmp_path / "names", "names")) >= {"curves", "comparison", "critical_difference"}
    assert "path" in able(comparison_folder(tmp_path / "path", "path"))
    lonely = comparison_folder(tmp_path / "lonely", "one replicate")
    (ranks,) = [kind for kind in RUN_FIGURES if kind.name == "critical_difference"]
    assert "One replicate cannot be tested" in ranks.why_not(open_folder(lonely))


def test_a_run_is_found_by_folder_record_and_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_folder(Path("runs/titanic-7f3a"))
    for given in (
        "runs/titanic-7f3a",
        "titanic-7f3a",
        "runs/titanic-7f3a/record.json",
        Path("titanic-7f3a/record.json"),
    ):
        assert open_folder(given).path == Path("runs/titanic-7f3a")
    with pytest.raises(UsageError, match=r"There is no run 'titanic-7f3'\. Did you mean 'titanic-7f3a'\?"):
        open_folder("titanic-7f3")


def test_a_folder_without_a_record_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds neither record\.json nor comparison\.json"):
        open_folder(tmp_path)
    (tmp_path / "work").mkdir()
    with pytest.raises(UsageError, match="It was begun and never finished"):
        open_folder(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("record.json", b'"task"', b'"tusk"'),
        ("metrics.jsonl", b'"epoch":3', b'"epoch":"three"'),
        ("test_predictions.csv", b",yes,", b",perhaps,"),
        ("test_predictions.csv", b"truth", b"truce"),
    ],
)
def test_a_damaged_file_is_named(file: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    path = run_folder(tmp_path) / file
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(DataError, match=re.escape(str(path))):
        folder = open_folder(tmp_path)
        _ = folder.epochs, folder.predictions


def test_classes_come_back_from_the_file_whatever_they_are_called(tmp_path: Path) -> None:
    classes = ("=1+1", 'a,"b"', "two\nlines", "-3", "", "ünï")
    found = open_folder(run_folder(tmp_path, "multiclass", classes)).predictions
    assert isinstance(found, ClassPredictions)
    assert found.classes == classes
    assert found.truth.tolist() == np.random.default_rng(0).integers(0, 6, 60).tolist()
    assert found.predicted.tolist() == found.probabilities.argmax(axis=1).tolist()


def test_labels_are_yes_where_the_file_says_what_it_says_of_likely_rows() -> None:
    record = msgspec.structs.replace(run_record("multiclass"), task="multilabel", classes=("red", "round"))
    text = encode_csv(
        {
            "truth_red": ["ja", "nein", "ja"], "truth_round": ["0", "0", "1"],
            "prediction_red": ["ja", "ja", "nein"], "prediction_round": ["0", "0", "0"],
            "probability_red": [0.9, 0.7, 0.2], "probability_round": [0.1, 0.2, 0.3],
        }
    ).decode()  # fmt: skip
    found = read_predictions(text, record)
    assert isinstance(found, LabelPredictions)
    assert found.truth.tolist() == [[True, False], [False, False], [True, True]]


def test_of_quantiles_the_middle_one_is_drawn() -> None:
    record = msgspec.structs.replace(run_record("regression"), task="quantile", levels=(0.1, 0.5, 0.9))
    columns = {
        "truth": [1.0, 2.0],
        "prediction_0.1": [0.0, 1.0],
        "prediction_0.5": [1.1, 2.1],
        "prediction_0.9": [3.0, 4.0],
    }
    found = read_predictions(encode_csv(columns).decode(), record)
    assert isinstance(found, NumberPredictions)
    assert found.predicted[:, 0].tolist() == [1.1, 2.1]


def test_a_figure_is_found_in_any_spelling_and_a_wrong_one_gets_the_nearest() -> None:
    assert find_figure("Precision-Recall").name == "precision_recall"
    with pytest.raises(UnknownNameError, match=r"There is no figure of a run called 'rok'\. Did you mean 'roc'"):
        find_figure("rok")


def test_pl_figure_gives_numbers_and_draws_where_a_file_is_named(tmp_path: Path) -> None:
    path = run_folder(tmp_path / "run")
    found = pl.figure(path, "roc", file=tmp_path / "roc.svg")
    assert found.facts["area of yes"] == pytest.approx(float(found.table.rows[0][2]))
    assert "<svg" in (tmp_path / "roc.svg").read_text("utf-8")
    assert pl.figure(str(path)).title.startswith("Learning curves")
    assert pl.figure([path, run_folder(tmp_path / "other")]).facts["runs"] == 2
    (ax,) = pl.draw(found)
    assert ax.get_xlabel()


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("fit", {}, "cannot have the figure fit. A binary task predicts classes, no numbers. It can have: curves"),
        ("roc", {"fill": "plane"}, "The figure roc takes no fill"),
        ("boundary", {}, r"The folder has no model\.safetensors"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_a_sentence(
    name: str, options: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=sentence):
        pl.figure(run_folder(tmp_path), name, **options)
