"""The boundary of a finished run: its own networks, in the user's units, on its own table."""

from pathlib import Path

import numpy as np
import pytest

from pellucid.errors import UnknownNameError, UsageError
from pellucid.figures.runs.boundary import boundary_of_run
from pellucid.jobs import fit
from pellucid.models import read_model
from pellucid.shapes import Array

ROWS = 160


def ponds(target: str) -> dict[str, Array]:
    draws = np.random.default_rng(3)
    depth, area, salt = draws.normal(10, 3, ROWS), draws.uniform(100, 900, ROWS), draws.normal(size=ROWS)
    shore = np.array(["sand", "reed", "reed"], dtype=object)[draws.integers(0, 3, ROWS)]
    amount = depth + area / 100 + 2 * (shore == "reed")
    frogs = np.where(amount > np.median(amount), "many", "few").astype(object)
    return {"depth": depth, "area": area, "salt": salt, "shore": shore, "y": frogs if target == "class" else amount}


def write(table: dict[str, Array], path: Path) -> Path:
    rows = zip(*table.values(), strict=True)
    path.write_text("\n".join([",".join(table), *(",".join(map(str, row)) for row in rows)]), "utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("ponds")
    table = write(ponds("class"), place / "ponds.csv")
    return fit(str(table), target="y", recipe="plain", epochs=30, members=2, out=str(place / "run")).path


def test_regions_are_what_the_saved_networks_say_of_such_rows(folder: Path) -> None:
    figure = boundary_of_run(folder, ["depth", "area"])
    panel = figure.panels[0]
    assert panel.regions is not None and (panel.x.label, panel.y.label) == ("depth", "area")
    table = ponds("class")
    model = read_model(folder / "model.safetensors")
    for up, across in ((3, 100), (60, 60), (110, 5)):
        row = {
            "depth": np.array([panel.regions.x[across]]),
            "area": np.array([panel.regions.y[up]]),
            "salt": np.array([np.median(table["salt"])]),
            "shore": np.array(["reed"], dtype=object),
        }
        said = model.predict_proba(row)[0]
        assert panel.regions.winner[up, across] == said.argmax()
        assert panel.regions.strength[up, across] == pytest.approx(said.max(), abs=1e-6)
    assert "shore = reed (the most frequent)" in figure.caption and "salt = " in figure.caption


def test_test_rows_are_hollow_and_counted_by_their_own_prediction(folder: Path) -> None:
    figure = boundary_of_run(folder)
    hollow = sum(len(cloud.x) for cloud in figure.panels[0].points if cloud.hollow)
    lines = (folder / "test_predictions.csv").read_text("utf-8").splitlines()
    assert hollow == len(lines) - 1
    places = {name: place for place, name in enumerate(lines[0].split(","))}
    cells = [line.split(",") for line in lines[1:]]
    wrong = sum(row[places["truth"]] != row[places["prediction"]] for row in cells)
    assert figure.facts["wrong_test"] == wrong


def test_the_columns_that_tell_most_are_shown_and_others_on_request(folder: Path) -> None:
    panel = boundary_of_run(folder).panels[0]
    assert {panel.x.label, panel.y.label} == {"depth", "area"}
    assert boundary_of_run(folder, ["salt"]).panels[0].x.label == "salt"
    assert "principal components" in boundary_of_run(folder, fill="plane").caption
    assert "the other 2 inputs from the row" in boundary_of_run(folder, fill="nearest").caption


def test_the_nearest_row_lends_its_category_too(folder: Path) -> None:
    regions = boundary_of_run(folder, ["depth", "area"], fill="nearest").panels[0].regions
    assert regions is not None
    table, model = ponds("class"), read_model(folder / "model.safetensors")
    both = np.column_stack([table["depth"], table["area"]])
    for up, across in ((30, 60), (60, 60), (90, 40), (60, 20), (40, 90)):
        place = np.array([regions.x[across], regions.y[up]])
        near = [int((((both - place) / both.std(axis=0)) ** 2).sum(axis=1).argmin())]
        row = {"depth": place[:1], "area": place[1:], "salt": table["salt"][near], "shore": table["shore"][near]}
        assert regions.strength[up, across] == pytest.approx(model.predict_proba(row)[0].max(), abs=1e-6)


def test_a_number_is_a_surface_in_its_own_unit(tmp_path: Path) -> None:
    table = write(ponds("number"), tmp_path / "ponds.csv")
    run = fit(str(table), target="y", recipe="plain", epochs=30, members=1, out=str(tmp_path / "run"))
    figure = boundary_of_run(run.path, ["depth", "area"])
    surface = figure.panels[0].surface
    assert surface is not None and 5 < surface.heights.min() < surface.heights.max() < 35
    # Of a table in memory the rows have to be handed over again.
    run = fit(ponds("number"), target="y", recipe="plain", epochs=2, members=1, out=str(tmp_path / "memory"))
    with pytest.raises(UsageError, match=r"it was in memory, and is not kept. Pass it as source"):
        boundary_of_run(run.path)
    assert boundary_of_run(run.path, source=ponds("number")).panels[0].surface is not None


def test_what_has_no_boundary_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'shore' is not a column of numbers.* Choose among 'depth', 'area', 'salt'"):
        boundary_of_run(folder, ["shore", "area"])
    with pytest.raises(UnknownNameError, match=r"There is no column 'deep'. Did you mean 'depth'"):
        boundary_of_run(folder, ["deep", "area"])
    with pytest.raises(UnknownNameError, match="There is no fill 'slize'"):
        boundary_of_run(folder, fill="slize")
    words = {"y": ponds("class")["y"], "shore": np.where(ponds("class")["y"] == "many", "reed", "sand").astype(object)}
    run = fit(words, target="y", recipe="plain", epochs=1, members=1, out=str(tmp_path / "run"))
    with pytest.raises(UsageError, match="over columns of numbers, and the networks read none"):
        boundary_of_run(run.path, source=words)
