"""Networks themselves as pictures: weights as lines, as images, and the loss around a solution."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from pellucid.errors import UsageError
from pellucid.figures.loss_surface import filter_normalised, loss_surface
from pellucid.figures.network_diagram import network_diagram
from pellucid.figures.runs.ground import ground_of_run
from pellucid.figures.runs.networks import diagram_of_run, images_of_run
from pellucid.figures.weight_images import weight_images
from pellucid.jobs import fit
from pellucid.models import read_model
from pellucid.shapes import Floats

DRAWS = np.random.default_rng(0)


def test_every_weight_and_every_bias_is_a_line() -> None:
    first, last = DRAWS.normal(size=(3, 4)), DRAWS.normal(size=(4, 2))
    bias, no_bias = DRAWS.normal(size=4), None
    figure = network_diagram([first, last], [bias, no_bias], inputs=["a", "b", "c"], outputs=["no", "yes"])
    (edges,) = figure.panels[0].edges
    assert edges.weights is not None and len(edges.weights) == 12 + 8 + 4
    assert sorted(edges.weights) == sorted([*first.ravel(), *last.ravel(), *bias])
    assert figure.facts["parameters"] == 24
    # A line ends where its units stand: the first input's to the first unit.
    clouds = {cloud.label: cloud for cloud in figure.panels[0].points}
    place = int(np.flatnonzero(edges.weights == first[2, 1])[0])
    assert tuple(edges.starts[place]) == (clouds["input"].x[2], clouds["input"].y[2])
    assert tuple(edges.ends[place]) == (clouds["unit"].x[1], clouds["unit"].y[1])
    assert clouds["input"].names == ("a", "b", "c") and clouds["output"].names == ("no", "yes")
    assert len(clouds["bias"].x) == 1
    largest = max([*first.ravel(), *last.ravel(), *bias], key=abs)
    assert figure.table.rows[0][3] == largest == figure.facts["largest"]


def test_the_output_has_its_bias_as_a_node() -> None:
    figure = network_diagram([np.array([[2.0], [-1.0]])], [np.array([0.5])])
    (edges,) = figure.panels[0].edges
    assert edges.weights is not None and sorted(edges.weights) == [-1.0, 0.5, 2.0]
    assert [row[:2] for row in figure.table.rows] == [("x₁", "ŷ"), ("x₂", "ŷ"), ("bias", "ŷ")]


def test_wide_layers_fold_to_the_largest_eight_and_the_sum_of_the_rest() -> None:
    into, out = DRAWS.normal(size=(2, 40)), np.abs(DRAWS.normal(size=(40, 1)))
    into[:, 5] = (8.0, -7.0)
    figure = network_diagram([into, out], [np.zeros(40), np.zeros(1)])
    unit = next(cloud for cloud in figure.panels[0].points if cloud.label == "unit")
    assert len(unit.x) == 9 and unit.names[-1] == "Σ 32 others"
    strength = (into**2).sum(axis=0) + (out**2).sum(axis=1)
    rest = np.sort(np.argsort(-strength)[8:])
    values = {row[:2]: row[3] for row in figure.table.rows}
    assert values["x₁", "h₆"] == into[0, 5]
    (edges,) = figure.panels[0].edges
    assert edges.weights is not None and len(edges.weights) == 2 * 9 + 9 + 9 + 1
    assert np.isclose(edges.weights, into[0, rest].sum()).any()
    # The sum stands in the table as it is, and no wider than the largest single weight in the picture.
    largest = max(np.abs(into).max(), np.abs(out).max())
    assert values["Σ 32 others", "ŷ"] == pytest.approx(out[rest, 0].sum()) and out[rest, 0].sum() > largest
    assert np.abs(edges.weights).max() == largest
    assert "more than 16 units (40)" in figure.caption and figure.facts["parameters"] == 161


def test_images_show_each_units_weights_on_one_scale() -> None:
    weights = DRAWS.normal(size=(12, 3))
    figure = weight_images(weights, (3, 4), names=["p", "q", "r"])
    assert [panel.title for panel in figure.panels] == ["p", "q", "r"]
    for unit, panel in enumerate(figure.panels):
        assert panel.matrix is not None and panel.bare and panel.matrix.centred
        np.testing.assert_array_equal(panel.matrix.values, weights[:, unit].reshape(3, 4))
        assert panel.matrix.extreme == pytest.approx(np.quantile(np.abs(weights), 0.995))
        line, column = np.unravel_index(weights[:, unit].argmax(), (3, 4))
        assert figure.table.rows[unit][3] == f"line {line + 1}, column {column + 1}"
    many = weight_images(DRAWS.normal(size=(4, 50)) * np.arange(50), (2, 2))
    assert len(many.panels) == 20 and "The 20 of 50 units" in many.caption
    with pytest.raises(UsageError, match=r"Images of 3 × 3 have 9 weights a unit, and the shape \(12, 3\) was given"):
        weight_images(weights, (3, 3))


def test_a_direction_is_as_long_as_the_weights_unit_by_unit() -> None:
    own = {"weight": DRAWS.normal(size=(5, 3)) * np.array([1.0, 10.0, 0.0]), "bias": np.ones(3)}
    found = filter_normalised(own, seed=0, number=0)
    assert found.keys() == {"weight"}
    np.testing.assert_allclose(
        np.linalg.norm(found["weight"], axis=0), np.linalg.norm(own["weight"], axis=0), atol=1e-12
    )
    np.testing.assert_array_equal(found["weight"], filter_normalised(own, seed=0, number=0)["weight"])
    assert not np.allclose(found["weight"], filter_normalised(own, seed=0, number=1)["weight"])


def test_the_surface_of_a_parabola_is_the_sum_of_squares_of_what_moves() -> None:
    weight = DRAWS.normal(size=(4, 2))

    def losses(parameters: "dict[str, Floats]") -> Floats:
        found: Floats = 1.0 + ((parameters["weight"] - weight) ** 2).sum(axis=(1, 2))
        return found

    figure = loss_surface(losses, {"weight": weight, "bias": np.ones(2)}, places=5, reach=2.0)  # type: ignore[arg-type]
    surface = figure.panels[0].surface
    assert surface is not None
    one, other = (filter_normalised({"weight": weight}, seed=0, number=k)["weight"] for k in (0, 1))
    for line, up in enumerate(surface.y):
        for place, across in enumerate(surface.x):
            assert surface.heights[line, place] == pytest.approx(1 + ((across * one + up * other) ** 2).sum())
    assert figure.facts["at_solution"] == figure.facts["lowest"] == 1.0
    assert [mark.label for mark in figure.panels[0].marks] == ["solution"]
    assert "seed 0" in figure.caption and "Li et al. 2018" in figure.caption
    other_seed = loss_surface(losses, {"weight": weight}, places=5, seed=1)  # type: ignore[arg-type]
    assert other_seed.facts["highest"] != figure.facts["highest"]


def test_places_that_overflow_do_not_spoil_the_ground() -> None:
    def losses(parameters: "dict[str, Floats]") -> Floats:
        moved: Floats = parameters["weight"].sum(axis=(1, 2))
        return np.where(np.abs(moved - 4) > 1, np.inf, 1 + moved**2)

    figure = loss_surface(losses, {"weight": np.ones((2, 2))}, places=5)  # type: ignore[arg-type]
    surface = figure.panels[0].surface
    assert surface is not None and np.isfinite(surface.heights).all() and np.isfinite(surface.levels).all()
    with pytest.raises(UsageError, match="no finite loss"):
        loss_surface(lambda _: np.full(5, np.nan), {"weight": np.ones((2, 2))}, places=5)
    with pytest.raises(UsageError, match=r"odd number of places, 3 or more, and a reach above 0; 4 and 1.0 were given"):
        loss_surface(losses, {"weight": np.ones((2, 2))}, places=4)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="No parameter has two axes"):
        loss_surface(losses, {"bias": np.ones(2)}, places=5)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("digits")
    images, labels = load_digits(return_X_y=True)
    rows = [
        ",".join([*(f"{value:g}" for value in image), f"d{label}"]) for image, label in zip(images, labels, strict=True)
    ]
    head = ",".join([*(f"p{k:02}" for k in range(64)), "digit"])
    table = place / "digits.csv"
    table.write_text("\n".join([head, *rows[:400]]), "utf-8")
    run = fit(str(table), target="digit", recipe="plain", hidden=(), epochs=15, members=1, out=str(place / "run"))
    return run.path


def test_softmax_regression_on_digits_shows_a_template_of_each_class(digits: Path) -> None:
    model = read_model(digits / "model.safetensors")
    figure = images_of_run(digits)
    assert [panel.title for panel in figure.panels] == [f"d{k}" for k in range(10)]
    matrix = figure.panels[3].matrix
    assert matrix is not None and matrix.values.shape == (8, 8)
    # The corner is always blank, and the middle is where a digit has ink.
    assert np.isnan(matrix.values[0, 0]) and "that the networks do not read stay empty" in figure.caption
    names = model.manifest.encoding.input_names
    for pixel in (10, 36, 51):
        weight = model.arrays["0.weight"] if "0.weight" in model.arrays else model.arrays["1.weight"]
        assert matrix.values[divmod(pixel, 8)] == pytest.approx(float(weight[0][names.index(f"p{pixel:02}"), 3]))


def test_a_runs_network_is_drawn_by_its_own_weights(digits: Path) -> None:
    figure = diagram_of_run(digits)
    model = read_model(digits / "model.safetensors")
    assert figure.facts["parameters"] == sum(array[0].size for array in model.arrays.values())
    outputs = next(cloud for cloud in figure.panels[0].points if cloud.label == "output")
    assert tuple(outputs.names) == model.manifest.classes


def test_the_ground_of_a_run_stands_on_its_test_loss(digits: Path) -> None:
    figure = ground_of_run(digits, places=5)
    lines = (digits / "test_predictions.csv").read_text("utf-8").splitlines()
    heads = lines[0].split(",")
    chances = [
        float(cells[heads.index(f"probability_{cells[heads.index('truth')]}")])
        for cells in (line.split(",") for line in lines[1:])
    ]
    assert figure.facts["at_solution"] == pytest.approx(-np.log(chances).mean(), rel=1e-5)
    assert f"On {len(chances)} test rows" in figure.caption and figure.panels[0].surface is not None
