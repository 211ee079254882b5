"""The same job from Python, with the frames that people bring."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars
import pyarrow.csv
import pytest
from ponds import Finished
from safetensors.numpy import load_file

import pellucid as pl

FRAMES: dict[str, Callable[[Path], Any]] = {
    "pandas": pd.read_csv,
    "polars": polars.read_csv,
    "pyarrow": lambda path: pyarrow.csv.read_csv(
        path, convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True)
    ),
}
QUICK: dict[str, Any] = {"members": 2, "epochs": 4, "hidden": (16,)}


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_gives_the_networks_that_its_file_gives(
    kind: str, finished: Finished, pond: Path, tmp_path: Path
) -> None:
    run = pl.fit(FRAMES[kind](pond), target="bites", **QUICK, out=tmp_path / "run")
    assert run.test == finished.document["test"]
    of_file, of_frame = (load_file(folder / "model.safetensors") for folder in (finished.folder, run.path))
    assert {name: values.tobytes() for name, values in of_file.items()} == {
        name: values.tobytes() for name, values in of_frame.items()
    }


@pytest.mark.parametrize("kind", FRAMES)
def test_a_loaded_model_answers_frames_as_it_answers_files(kind: str, model: Path, pond: Path) -> None:
    loaded = pl.load(model)
    frame = FRAMES[kind](pond)
    assert loaded.predict(frame).tolist() == loaded.predict(pond).tolist()
    chances = loaded.predict_proba(frame)
    assert chances.shape == (160, 2)
    assert np.allclose(chances.sum(axis=1), 1)


def test_an_array_is_a_table_of_numbers(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    inputs = chance.normal(size=(120, 3))
    array = np.column_stack([inputs, inputs @ [1.0, -2.0, 0.5]])
    run = pl.fit(array, target="x3", **QUICK, out=tmp_path / "run")
    assert run.record.task == "regression"
    assert set(run.test) == {"rmse", "mae", "r2"}
    assert set(run.baselines) == {"majority", "linear", "boosting"}
    low, high = run.test_interval["rmse"]
    assert low is not None and high is not None and low <= run.test["rmse"] <= high
    predictions = run.model.predict(inputs)
    assert predictions.dtype == np.float64
    assert predictions.tolist() == pl.load(run.model_path).predict(array).tolist()
    # Eight half-trained steps are no judge of size, but guessing would not even have the direction.
    assert np.corrcoef(predictions, array[:, 3])[0, 1] > 0.3


def test_the_run_of_fit_leads_to_everything(finished: Finished, pond: Path) -> None:
    folder = finished.folder
    run = pl.Run(folder, finished.record)
    assert run.model_path.is_file() and run.report_path.is_file() and run.predictions_path.is_file()
    assert run.test == finished.document["test"]
    assert run.baselines == finished.document["baselines"]
    assert [each.code for each in run.findings] == [each["code"] for each in finished.document["findings"]]
    assert repr(run).startswith(f"<Run {folder}: bites, accuracy ")
    assert run.model.predict(pond).tolist() == pl.load(run.model_path).predict(pond).tolist()


def test_a_misspelt_target_is_the_same_error_as_on_the_command_line(pond: Path, tmp_path: Path) -> None:
    with pytest.raises(pl.UnknownColumnError, match="Did you mean 'bites'") as caught:
        pl.fit(pond, target="bits", out=tmp_path / "run")
    assert caught.value.suggestion == "bites"
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"express": ["x0=log"]}, "express takes columns with their re-expressions"),
        (
            {"levels": 0.5},
            r"levels takes a list of numbers between 0 and 1, such as \[0\.1, 0\.9\], and was given 0\.5",
        ),
        ({"order": "low,high"}, "order takes a list of classes from low to high"),
    ],
)
def test_an_option_of_the_wrong_form_is_a_mistake_in_use(options: dict[str, Any], message: str) -> None:
    with pytest.raises(pl.UsageError, match=message):
        pl.fit(np.zeros((20, 3)), target="x0", **options)


@pytest.mark.parametrize("target", [2, -1, None, [], ["x0", 1]])
def test_a_target_that_is_no_name_is_a_mistake_in_use(target: Any) -> None:
    with pytest.raises(pl.UsageError, match=r"as text, or a list of names, and was given .*Columns: x0, x1, x2$"):
        pl.fit(np.random.default_rng(0).normal(size=(50, 3)), target=target)
