"""What a run keeps of how predictions and layers changed: replay.json and layers.jsonl."""

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest

import pellucid as pl
from pellucid.experiments import replaying
from pellucid.records import LayerRecord, RunRecord, decode_json, unpack_frames
from pellucid.records.replay import ReplayRecord

QUICK: dict[str, Any] = {"members": 2, "epochs": 12, "hidden": (8,), "seed": 1}


def two_circles(rows: int = 200, classes: int = 2) -> dict[str, list[object]]:
    draws = np.random.default_rng(0)
    x, y = draws.normal(size=(2, rows))
    ring = np.minimum((x**2 + y**2) // 1.2, classes - 1).astype(int)
    return {"x": list(x), "y": list(y), "ring": [f"ring {each}" for each in ring]}


def replay_of(run: Any) -> ReplayRecord:
    return decode_json((run.path / "replay.json").read_bytes(), ReplayRecord)


def test_two_numbers_make_a_plane_whose_last_frame_is_the_saved_model(tmp_path: Path) -> None:
    run = pl.fit(two_circles(), target="ring", out=tmp_path / "run", **QUICK)
    replay = replay_of(run)
    assert (replay.kind, replay.meaning, replay.classes) == ("boundary", "probability", ("ring 0", "ring 1"))
    assert (replay.epochs[0], replay.epochs[-1]) == (0, 12)
    assert replay.losses[0] is None and all(loss is not None for loss in replay.losses[1:])
    frames = unpack_frames(replay.frames, replay.shape)
    high, wide = replay.shape[1:]
    across, up = np.meshgrid(
        np.linspace(replay.x.low, replay.x.high, wide), np.linspace(replay.y.low, replay.y.high, high)
    )
    chances = run.model.predict_proba({"x": across.ravel(), "y": up.ravel()})[:, 1].reshape(high, wide)
    np.testing.assert_allclose(frames[-1] / (replay.levels - 1), chances, atol=0.51 / (replay.levels - 1))
    assert np.abs(frames[0].astype(int) - frames[-1]).max() > 8


def test_three_classes_are_told_by_the_likeliest_one(tmp_path: Path) -> None:
    run = pl.fit(two_circles(classes=3), target="ring", out=tmp_path / "run", **QUICK)
    replay = replay_of(run)
    last = unpack_frames(replay.frames, replay.shape)[-1]
    high, wide = replay.shape[1:]
    across, up = np.meshgrid(
        np.linspace(replay.x.low, replay.x.high, wide), np.linspace(replay.y.low, replay.y.high, high)
    )
    said = run.model.predict({"x": across.ravel(), "y": up.ravel()}).reshape(high, wide)
    assert replay.meaning == "class"
    np.testing.assert_array_equal(np.array(replay.classes)[last // 8], said)


def test_more_inputs_show_how_sure_the_networks_are_of_the_test_rows(tmp_path: Path) -> None:
    table = two_circles()
    table["z"] = list(np.random.default_rng(5).normal(size=200))
    run = pl.fit(table, target="ring", out=tmp_path / "run", **QUICK)
    replay = replay_of(run)
    assert replay.kind == "certainty"
    with (run.path / "test_predictions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(replay.counts) == len(rows)
    last = unpack_frames(replay.frames, replay.shape)[-1]
    for number, label in enumerate(replay.classes):
        own = [float(row[f"probability_{label}"]) for row in rows if row["truth"] == label]
        heights, _ = np.histogram(own, bins=replay.shape[2], range=(0, 1))
        np.testing.assert_allclose(last[number] / 255, heights / len(own), atol=0.51 / 255)


def test_numbers_are_told_beside_the_true_ones(tmp_path: Path) -> None:
    draws = np.random.default_rng(2)
    x = draws.normal(size=(150, 3))
    table = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": 40 + 3 * x[:, 0] + draws.normal(size=150)}
    run = pl.fit(table, target="y", out=tmp_path / "run", **QUICK)
    replay = replay_of(run)
    assert replay.kind == "predictions"
    with (run.path / "test_predictions.csv").open(encoding="utf-8") as file:
        rows = sorted((float(row["truth"]), float(row["prediction"])) for row in csv.DictReader(file))
    step = (replay.high - replay.low) / 255
    truth = replay.low + np.frombuffer(replay.truth, dtype=np.uint8) * step
    last = replay.low + unpack_frames(replay.frames, replay.shape)[-1] * step
    np.testing.assert_allclose(truth, [each for each, _ in rows], atol=0.51 * step)
    np.testing.assert_allclose(last, [each for _, each in rows], atol=0.51 * step)


def test_of_many_test_rows_some_are_followed(tmp_path: Path) -> None:
    draws = np.random.default_rng(2)
    x = draws.normal(size=(2600, 3))
    table = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": np.where(x[:, 0] > 0, "yes", "no")}
    run = pl.fit(table, target="y", out=tmp_path / "run", test_size=0.5, **{**QUICK, "epochs": 2})
    assert sum(replay_of(run).counts) == replaying.MOST_ROWS


@pytest.mark.parametrize("targets", [("u", "v"), ("ring",)])
def test_tasks_without_such_a_picture_keep_none(tmp_path: Path, targets: tuple[str, ...]) -> None:
    table: dict[str, Any] = two_circles()
    table |= {"u": list(np.arange(200.0) % 7), "v": list(np.arange(200.0) % 5 + 0.5)}
    task = "embedding" if targets == ("ring",) else None
    run = pl.fit(table, target=list(targets), task=task, out=tmp_path / "run", **{**QUICK, "members": None})
    assert not (run.path / "replay.json").exists()
    assert (run.path / "layers.jsonl").exists()


def test_layers_are_measured_at_the_same_epochs_and_all_files_are_on_record(tmp_path: Path) -> None:
    run = pl.fit(two_circles(), target="ring", out=tmp_path / "run", **QUICK)
    lines = (run.path / "layers.jsonl").read_bytes().splitlines()
    records = [msgspec.json.decode(line, type=LayerRecord) for line in lines]
    assert {each.epoch for each in records} == set(replay_of(run).epochs)
    assert {(each.member, each.layer) for each in records} == {(m, layer) for m in range(2) for layer in (1, 2)}
    record = decode_json((run.path / "record.json").read_bytes(), RunRecord)
    assert {"layers.jsonl", "replay.json"} <= set(record.artifacts)


def test_copies_never_take_more_memory_than_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def settled(recipe: pl.Recipe, data: object, target: object) -> Any:
        return SimpleNamespace(network=SimpleNamespace(parameter_count={8: 100, 16: 3 * 10**7}[recipe.hidden[0]]))

    monkeypatch.setattr(replaying, "settle", settled)
    lesson: Any = SimpleNamespace(data=None, target=None)
    small, large = (pl.Recipe(hidden=(width,), epochs=400) for width in (8, 16))
    kept = replaying.epochs_to_keep(small, lesson, 8)
    assert (kept[0], kept[-1]) == (0, 400)
    assert len(kept) <= replaying.FRAMES
    assert np.diff(kept)[0] < np.diff(kept)[-1]
    assert replaying.epochs_to_keep(large, lesson, 8) == ()
