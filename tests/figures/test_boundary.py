"""Boundaries: regions, heights and curves hold what the function says at their places."""

import numpy as np
import pytest

from pellucid.errors import UnknownNameError, UsageError
from pellucid.figures.boundary import boundary_figure
from pellucid.figures.plane_picture import level_steps
from pellucid.shapes import Array, Floats

DRAWS = np.random.default_rng(1)
INPUTS = DRAWS.uniform(-1, 1, size=(40, 2))


def second_class(rows: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-4 * (rows[:, 0] - 0.25)))
    return found


def test_two_classes_are_divided_where_they_are_equally_likely() -> None:
    truth = np.where(INPUTS[:, 0] > 0, "yes", "no")
    held_out = np.arange(40) % 4 == 0
    figure = boundary_figure(second_class, INPUTS, truth, classes=["no", "yes"], held_out=held_out, resolution=41)
    panel = figure.panels[0]
    assert panel.regions is not None
    np.testing.assert_array_equal(panel.regions.winner, np.tile(panel.regions.x > 0.25, (41, 1)))
    np.testing.assert_allclose(
        panel.regions.strength, np.maximum(s := second_class_on(panel.regions.x), 1 - s)[None].repeat(41, 0)
    )
    wrong = (INPUTS[:, 0] > 0) & (INPUTS[:, 0] < 0.25)
    assert figure.facts["wrong_test"] == int((wrong & held_out).sum())
    assert figure.facts["wrong_train"] == int((wrong & ~held_out).sum())
    ringed = sum(0 if cloud.outlined is None else int(np.asarray(cloud.outlined).sum()) for cloud in panel.points)
    assert ringed == int(wrong.sum()) > 0
    assert [(cloud.label, cloud.hollow, cloud.series) for cloud in panel.points] == [
        ("no", False, 0),
        ("no, test", True, 0),
        ("yes", False, 1),
        ("yes, test", True, 1),
    ]
    assert sum(len(cloud.x) for cloud in panel.points) == 40
    assert "Ringed" in figure.caption and "hollow: test rows" in figure.caption
    assert figure.facts["share of yes"] == pytest.approx((panel.regions.x > 0.25).mean())


def second_class_on(x: Floats) -> Floats:
    return second_class(np.column_stack([x, x]))


def test_both_ways_to_give_probabilities_of_two_classes_are_one() -> None:
    both = boundary_figure(
        lambda rows: np.column_stack([1 - second_class(rows), second_class(rows)]), INPUTS, classes=["no", "yes"]
    )
    one = boundary_figure(lambda rows: second_class(rows)[:, None], INPUTS, classes=["no", "yes"])
    assert one.table == both.table and one.alt == both.alt


def test_three_classes_have_a_table_of_the_likeliest() -> None:
    def predict(rows: Floats) -> Floats:
        scores = np.exp(np.column_stack([rows[:, 0], rows[:, 1], -rows.sum(axis=1)]) * 3)
        found: Floats = scores / scores.sum(axis=1, keepdims=True)
        return found

    figure = boundary_figure(predict, INPUTS, np.arange(40) % 3, classes=list("pqr"), names=["a", "b"], target="letter")
    assert figure.title == "letter by a and b" and len(figure.table.rows) == 25
    for a, b, name, chance in figure.table.rows:
        said = predict(np.array([[a, b]], dtype=np.float64))[0]
        assert "pqr"[int(said.argmax())] == name and said.max() == pytest.approx(chance)


def test_a_number_of_two_inputs_is_a_surface_with_round_steps() -> None:
    figure = boundary_figure(
        lambda rows: 10 * rows[:, 0] + rows[:, 1], INPUTS, INPUTS[:, 0], names=["a", "b"], resolution=21
    )
    surface = figure.panels[0].surface
    assert surface is not None and figure.panels[0].regions is None
    np.testing.assert_allclose(surface.heights, 10 * surface.x[None] + surface.y[:, None])
    assert surface.levels[0] <= surface.heights.min() and surface.levels[-1] >= surface.heights.max()
    assert surface.label == "y"
    assert figure.facts["highest"] == pytest.approx(10 * surface.x[-1] + surface.y[-1])


def test_steps_are_round_and_equal() -> None:
    np.testing.assert_allclose(level_steps(np.array([0.3, 11.9])), np.arange(13.0))
    np.testing.assert_allclose(level_steps(np.array([-0.061, 0.058])), np.arange(-7, 7) * 0.01)
    assert level_steps(np.full(4, 3.0))[0] < 3.0 < level_steps(np.full(4, 3.0))[-1]


def test_one_input_gives_a_curve_with_the_data() -> None:
    x = INPUTS[:, :1]
    figure = boundary_figure(lambda rows: rows[:, 0] ** 2, x, x[:, 0] ** 2, names=["speed"], target="energy")
    (curve,) = figure.panels[0].curves
    np.testing.assert_allclose(curve.y, curve.x**2)
    assert figure.panels[0].y.label == "energy" and len(figure.panels[0].points[0].x) == 40
    many = boundary_figure(lambda rows: rows @ np.array([1.0, 2.0]), INPUTS, names=["a", "b"], columns=["b"])
    (curve,) = many.panels[0].curves
    np.testing.assert_allclose(curve.y, np.median(INPUTS[:, 0]) + 2 * curve.x)
    assert f"a = {np.median(INPUTS[:, 0]):.3g}".replace("-", "−") in many.caption


def test_probabilities_along_one_input_say_where_the_class_changes() -> None:
    figure = boundary_figure(second_class, INPUTS[:, :1], np.where(INPUTS[:, 0] > 0, 1, 0), classes=["no", "yes"])
    assert [curve.label for curve in figure.panels[0].curves] == ["probability of yes"]
    assert "changes at 0.25" in figure.alt
    ups = np.concatenate([cloud.y for cloud in figure.panels[0].points])
    assert set(ups.tolist()) == {0.0, 1.0}


def test_more_inputs_are_told_of() -> None:
    wide = DRAWS.normal(size=(50, 3))
    predict = lambda rows: rows[:, 0] + 5 * rows[:, 2]  # noqa: E731
    names = ["a", "b", "c"]
    figure = boundary_figure(predict, wide, names=names)
    assert (figure.panels[0].x.label, figure.panels[0].y.label) == ("a", "c") and "b = " in figure.caption
    assert "principal components" in boundary_figure(predict, wide, names=names, fill="plane").caption
    assert "the other input from the row" in boundary_figure(predict, wide, names=names, fill="nearest").caption
    assert "b = 7 (as chosen)" in boundary_figure(predict, wide, names=names, at={"b": 7.0}).caption


def test_of_many_rows_an_even_share_is_drawn_and_told() -> None:
    wide = DRAWS.normal(size=(1500, 2))
    figure = boundary_figure(lambda rows: rows[:, 0], wide, wide[:, 0])
    assert sum(len(cloud.x) for cloud in figure.panels[0].points) == 400
    assert "400 rows of 1\N{NARROW NO-BREAK SPACE}500 are drawn." in figure.caption


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"fill": "slices"}, UnknownNameError, "There is no fill 'slices'. Did you mean 'slice'"),
        ({"columns": ["x₁", "x₃"]}, UnknownNameError, "There is no input 'x₃'"),
        ({"columns": [0, 0]}, UsageError, "one input or two different ones"),
        ({"names": ["a"]}, UsageError, "2 inputs have 2 names, and 1 were given"),
        ({"truth": np.zeros(3)}, UsageError, "40 rows have as many true values, and 3 were given"),
        ({"classes": ["a", "b", "c"]}, UsageError, "3 classes have as many probabilities a row, and 2 were predicted"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    changes: dict[str, object], error: type[Exception], message: str
) -> None:
    given: dict[str, object] = {"classes": [], **changes}

    def predict(rows: Floats) -> Array:
        return second_class(rows)

    with pytest.raises(error, match=message):
        boundary_figure(predict, INPUTS, **given)  # type: ignore[arg-type]


def test_many_classes_are_named_in_the_picture_and_not_in_the_legend() -> None:
    middles = DRAWS.uniform(-1, 1, size=(15, 2))
    classes = [f"kind {k}" for k in range(15)]

    def predict(rows: Floats) -> Floats:
        near: Floats = np.exp(-20 * ((rows[:, None] - middles) ** 2).sum(axis=-1))
        found: Floats = near / near.sum(axis=1, keepdims=True)
        return found

    truth = predict(INPUTS).argmax(axis=1)
    figure = boundary_figure(predict, INPUTS, truth, classes=classes, held_out=np.arange(40) % 3 == 0)
    panel = figure.panels[0]
    assert panel.regions is not None and not any(panel.regions.labels)
    assert not any(cloud.label for cloud in panel.points)
    names = panel.points[-1]
    assert len(names.names) >= 10 and names.side == "middle"
    for x, y, name in zip(names.x, names.y, names.names, strict=True):
        assert classes[int(predict(np.array([[x, y]])).argmax())] == name
    assert "kind 1: " in figure.alt and "share of kind 1" in figure.facts
    # Up to four classes have an entry for their test rows, more have not.
    few = boundary_figure(
        lambda rows: predict(rows)[:, :6] / predict(rows)[:, :6].sum(axis=1, keepdims=True), INPUTS, truth % 6,
        classes=classes[:6], held_out=np.arange(40) % 3 == 0,
    )  # fmt: skip
    assert {cloud.label for cloud in few.panels[0].points if cloud.hollow} == {""}
    assert {cloud.label for cloud in few.panels[0].points if not cloud.hollow} <= set(classes[:6])
