"""``pl.compare(gif=…)``: the boundary along a path, refused in time, drawn in the user's units."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_iris
from small_comparisons import a_table

import pellucid as pl
from pellucid.cli.main import main
from pellucid.errors import PellucidError, UsageError
from pellucid.experiments import FitOptions
from pellucid.experiments.compare.along_path import train_along
from pellucid.experiments.compare.options import CompareOptions
from pellucid.jobs.path_picture import draw_path, plan_picture
from pellucid.tables import read_table

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
pytest.importorskip("matplotlib", reason="matplotlib is not installed")


def asked(**changes):
    fit = {"target": ("y",), "hidden": (8,), "recipe": "plain", "epochs": 8} | changes.pop("fit", {})
    return CompareOptions(**({"path": "l2=1e-3:1e3:log:5", "fit": FitOptions(**fit)} | changes))


def test_one_network_for_each_step_is_trained_on_all_rows_but_those_of_the_test(tmp_path):
    table = read_table(a_table())
    along = train_along(plan_picture(table, asked(), tmp_path / "a.gif"), created="2026-01-01T00:00:00+00:00")
    assert along.names == ("l2 0.001", "l2 0.0316", "l2 1", "l2 31.6", "l2 1000") and along.lost == ()
    assert len(along.test) == 24
    # What is penalised more is flatter.
    spreads = [np.ptp(model.predict_proba(table)[:, 1]) for model in along.models]
    assert spreads[0] > 1.2 * spreads[-1]
    again = train_along(plan_picture(table, asked(), tmp_path / "a.gif"), created="2026-01-01T00:00:00+00:00")
    np.testing.assert_array_equal(along.models[2].predict_proba(table), again.models[2].predict_proba(table))
    # A member is what it is alone.
    alone = train_along(
        plan_picture(table, asked(path="l2=1,2"), tmp_path / "a.gif"), created="2026-01-01T00:00:00+00:00"
    )
    np.testing.assert_array_equal(along.models[2].predict_proba(table), alone.models[0].predict_proba(table))


@pytest.mark.parametrize("path", ["l1=1e-3:1:log:3", "elastic_net=1e-3:1:log:3", "weight_decay=0:1:3", "width=2,4,8"])
@pytest.mark.parametrize("kind", ["classes", "numbers"])
def test_paths_of_every_regulariser_are_drawn(path, kind, tmp_path):
    gif = tmp_path / "path.gif"
    picture = draw_path(plan_picture(read_table(a_table(kind)), asked(path=path), gif), gif)
    assert (picture.frames, picture.columns, picture.milliseconds) == (3, ("first", "second"), 500)
    assert "3 networks, one for each step" in picture.told and "place = " in picture.told
    with Image.open(gif) as image:
        assert image.n_frames == 3


def test_exercise_5_is_twenty_frames_of_half_a_second_in_400_kilobytes(tmp_path):
    """Iris, setosa and versicolor by sepal and petal length: L2 from 1e-3 to 1e3 takes the boundary away."""
    iris = load_iris()
    table = read_table(
        {
            "sepal length": iris.data[:100, 0],
            "petal length": iris.data[:100, 2],
            "species": iris.target_names[iris.target[:100]].astype(object),
        }
    )
    fit = {"target": ("species",), "hidden": (10,), "epochs": 100, "test_size": 0.3, "seed": 42, "scaling": "standard"}
    gif = tmp_path / "boundary.gif"
    path = plan_picture(table, asked(path="l2=1e-3:1e3:log:20", fit=fit), gif)
    picture = draw_path(path, gif)
    assert (picture.frames, picture.columns) == (20, ("sepal length", "petal length"))
    assert gif.stat().st_size <= 400_000
    with Image.open(gif) as image:
        assert (image.n_frames, image.info["duration"]) == (20, 500)
        image.seek(19)
        assert image.info["duration"] == 500
    along = train_along(path, created="2026-01-01T00:00:00+00:00")
    assert len(along.test) == 30
    truth = np.array([row == "versicolor" for row in table.column("species").values])
    right = [(model.predict_proba(table)[:, 1] > 0.5) == truth for model in along.models]
    assert right[0].mean() >= 0.95 and right[-1].mean() <= 0.6


@pytest.mark.parametrize(
    ("changes", "gif", "message"),
    [
        ({"path": "", "vary": ("l2=0,1",)}, "a.gif", "--gif follows a path, and none is given. Add --path"),
        ({}, "a.png", r"written as .gif, and .*a.png is none"),
        ({"path": "l2=1e-3:1:log:300"}, "a.gif", "up to 240 frames, and the path has 300 steps"),
        ({"fit": {"target": ("y", "second")}}, "a.gif", "one target, and 2 are predicted"),
        ({"fit": {"drop": ("first", "second")}}, "a.gif", "over columns of numbers, and the networks read none"),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_anything_is_trained(changes, gif, message, tmp_path):
    with pytest.raises(PellucidError, match=message):
        plan_picture(read_table(a_table("numbers")), asked(**changes), tmp_path / gif)


def test_compare_hands_the_picture_over_and_refuses_in_time(tmp_path):
    table = a_table()
    with pytest.raises(UsageError, match="--gif follows a path"):
        pl.compare(table, target="y", vary="l2=0,1", gif=tmp_path / "a.gif", out=tmp_path / "not made")
    assert not (tmp_path / "not made").exists()


@pytest.mark.slow
def test_the_command_draws_and_tells(tmp_path, capsys):
    data = tmp_path / "ponds.csv"
    table = a_table()
    rows = zip(*table.values(), strict=True)
    data.write_text("\n".join([",".join(table), *(",".join(map(str, row)) for row in rows)]), "utf-8")
    gif = tmp_path / "boundary.gif"
    words = ["compare", str(data), "--target", "y", "--path", "l2=1e-3:1:log:3", "--gif", str(gif), "--network", "8"]
    words += ["--seeds", "1", "--folds", "2", "--epochs", "4", "--members", "1", "--out", str(tmp_path / "out")]
    assert main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["gif"]["path"] == str(gif) and document["gif"]["frames"] == 3
    assert document["gif"]["columns"] == ["first", "second"] and Path(gif).is_file()
    assert main(words) == 0
    assert f"gif      {gif}" in capsys.readouterr().out
