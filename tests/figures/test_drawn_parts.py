"""Every part of a figure is drawn, told apart without colour, and kept clear of what it must not cover."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from pellucid.figures import (
    Axis,
    Band,
    Curve,
    Edges,
    FigureData,
    Intervals,
    Matrix,
    Panel,
    Points,
    Regions,
    Surface,
    Table,
    draw,
    save,
)
from pellucid.figures.drawing.cells import shades
from pellucid.figures.drawing.palette import ink_on, scale

X = np.linspace(0.0, 1.0, 21)
NAMES = ("a", "b", "c")


def regions(classes: int = 3) -> Regions:
    across, up = np.meshgrid(X, X)
    scores = np.stack([across, 1.0 - across, 1.2 * up], axis=-1)[..., :classes]
    shares = np.exp(4.0 * scores) / np.exp(4.0 * scores).sum(axis=-1, keepdims=True)
    return Regions(X, X, shares.argmax(axis=-1), shares.max(axis=-1), NAMES[:classes])


def two_series(**changes: object) -> Panel:
    curves = (Curve("one", X, X, series=0), Curve("two", X, 1.0 - X, series=1))
    return Panel(Axis("x"), Axis("y"), curves=curves, **changes)  # type: ignore[arg-type]


PANELS = {
    "band": two_series(bands=[Band("sure", X, X - 0.1, X + 0.1)]),
    "points": Panel(
        Axis("x"), Axis("y"),
        points=[
            Points(name, X, X * k, series=k, names=[name] * 21, outlined=X > 0.8, hollow=k == 1)
            for k, name in enumerate(NAMES)
        ],
    ),
    "regions": Panel(Axis("x"), Axis("y"), regions=regions(), square=True),
    "two regions": Panel(Axis("x"), Axis("y"), regions=regions(2)),
    "counts": Panel(Axis("x"), Axis("y"), matrix=Matrix(np.eye(3) * 1000, NAMES, NAMES, written=True, label="rows")),
    "weights": Panel(Axis(""), Axis(""), matrix=Matrix(np.linspace(-1, 1, 16).reshape(4, 4), centred=True), bare=True),
    "nothing": Panel(Axis(""), Axis(""), matrix=Matrix(np.full((2, 2), np.nan), written=True)),
    "intervals": Panel(
        Axis("score"), Axis(""),
        intervals=Intervals(NAMES, X[:3], X[:3] - 0.1, X[:3] + 0.1, series=(0, 1, 1)),
    ),
    "edges": Panel(
        Axis(""), Axis(""),
        edges=[Edges("weight", np.zeros((2, 2)), np.eye(2), np.array([2.0, -1.0]))],
        bare=True,
    ),
    "plain edges": Panel(Axis(""), Axis(""), edges=[Edges("", np.zeros((2, 2)), np.eye(2))]),
    "heights": Panel(Axis("x"), Axis("y"), surface=Surface(X, X, np.add.outer(X, X), np.linspace(0, 2, 9), label="y")),
    "categories": Panel(
        Axis("kind", categories=["a long name"] * 21), Axis("y"),
        curves=[Curve("", np.arange(21.0), X), Curve("chance", np.arange(21.0), X, role="reference")],
    ),
    "traces": Panel(Axis("x"), Axis("y"), curves=[Curve("", X, X * k, role="trace") for k in range(5)]),
}  # fmt: skip


def figure(*panels: Panel, **changes: object) -> FigureData:
    return FigureData("Title", panels, "What is seen.", Table(("x",), ((1.0,),)), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_every_part_is_drawn_and_twice_the_same(ending: str, tmp_path: Path) -> None:
    whole = figure(*PANELS.values(), caption="Held at 3.", columns=4)
    for place in ("first", "second"):
        save(whole, tmp_path / f"{place}.{ending}")
    first, second = (tmp_path / f"{place}.{ending}" for place in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", PANELS)
def test_every_part_is_drawn_into_axes_of_ones_own(name: str) -> None:
    whole = Figure()
    axes = whole.subplots(1, 2)
    assert draw(figure(PANELS[name], PANELS[name]), axes) == list(axes)
    assert axes[0].has_data()


@pytest.mark.parametrize("name", ["band", "points", "regions", "two regions", "edges"])
def test_series_stay_apart_in_greyscale(name: str) -> None:
    """What differs by series differs in more than its colour: dashes, shapes, a line between."""
    (ax,) = draw(figure(PANELS[name]))
    if name == "band":
        assert len({line.get_linestyle() for line in ax.lines if line.get_linewidth() == 2.0}) == 2
    elif name == "points":
        assert len({line.get_marker() for line in ax.lines}) == 3
    elif name == "edges":
        assert len({str(lines.get_linestyle()) for lines in ax.collections}) == 2
    else:
        contours = [each for each in ax.collections if each.get_paths() and each.get_paths()[0].vertices.size]
        assert contours


def test_a_line_of_equal_chances_runs_where_they_are_equal() -> None:
    (ax,) = draw(figure(PANELS["two regions"]))
    places = np.concatenate([path.vertices for each in ax.collections for path in each.get_paths()])
    np.testing.assert_allclose(places[:, 0], 0.5, atol=1e-9)


def test_a_scale_of_weights_is_monotone_in_brightness_so_that_signs_survive_greyscale() -> None:
    for centred in (True, False):
        colours = scale(centred=centred)(np.linspace(0, 1, 33))[:, :3]
        brightness = colours @ np.array([0.299, 0.587, 0.114])
        assert (np.diff(brightness) > 0).all() if centred else (np.diff(brightness) < 0).all()


def test_what_is_undecided_is_paper_and_what_is_certain_is_the_classes_colour() -> None:
    plain = Regions(X[:2], X[:2], np.array([[0, 1], [0, 1]]), np.array([[0.5, 0.5], [1.0, 1.0]]), NAMES[:2])
    colours = shades(plain)
    assert colours[0].min() > 0.9
    assert np.abs(colours[1, 0] - colours[1, 1]).max() > 0.3


@pytest.mark.parametrize(
    ("background", "ink"), [((1, 1, 1), "#1b1d20"), ((0, 0, 0), "#ffffff"), ((0.04, 0.33, 0.56), "#ffffff")]
)
def test_numbers_in_cells_stand_out(background: tuple[float, ...], ink: str) -> None:
    assert ink_on(*background) == ink


def test_the_legend_is_outside_of_the_axes_and_within_the_picture() -> None:
    names = [f"a variant with a rather long name, number {k}" for k in range(9)]
    panel = Panel(
        Axis("x"), Axis("y"), curves=[Curve(name, X, X * k, series=k) for k, name in enumerate(names)], title="T"
    )
    axes = draw(figure(panel, panel))
    whole = axes[0].get_figure()
    whole.draw_without_rendering()
    for ax in axes:
        box, legend = ax.get_window_extent(), ax.get_legend().get_window_extent()
        assert legend.y0 >= box.y1 - 1
        assert legend.x1 <= whole.bbox.x1 and legend.y1 <= whole.bbox.y1
    assert axes[0].get_legend().get_window_extent().x1 <= axes[1].get_window_extent().x0


@pytest.mark.parametrize("count", [3, 12, 26, 150])
def test_names_on_an_axis_do_not_touch(count: int) -> None:
    names = [f"category number {k}" for k in range(count)]
    panel = Panel(Axis("true"), Axis("said"), matrix=Matrix(np.eye(count), names, names))
    (ax,) = draw(figure(panel))
    ax.get_figure().draw_without_rendering()
    for axis, side in ((ax.xaxis, 0), (ax.yaxis, 1)):
        boxes = [label.get_window_extent() for label in axis.get_ticklabels() if label.get_text()]
        ends = sorted((box.intervalx if side == 0 else box.intervaly).tolist() for box in boxes)
        assert len(ends) >= min(count, 40)
        assert all(before[1] <= after[0] + 0.5 for before, after in pairwise(ends))


@pytest.mark.parametrize("count", [2, 10, 26])
def test_numbers_stay_within_their_cells(count: int) -> None:
    panel = Panel(
        Axis("true"), Axis("said"), matrix=Matrix(np.full((count, count), 1234.0), written=True, rows=["r"] * count)
    )
    (ax,) = draw(figure(panel))
    ax.get_figure().draw_without_rendering()
    wide = ax.get_window_extent().width / count
    assert max(text.get_window_extent().width for text in ax.texts) < wide


@pytest.mark.parametrize(
    "name",
    [
        r"$\frac{$ and $x^2$",
        "_hidden",
        "a\nb\tc",
        "\u202eright to left",
        "<script>alert(1)</script>",
        "w" * 500,
        "x\x00y",
        "価格",
    ],
)
def test_a_strangers_name_is_only_text(name: str, tmp_path: Path) -> None:
    panel = Panel(
        Axis(name), Axis(name),
        curves=[Curve(name, X, X), Curve("other", X, X)],
        points=[Points(name + "p", X[:1], X[:1], names=[name])],
        title=name,
    )  # fmt: skip
    hostile = FigureData(name, (panel,), name, Table((name,), ((1.0,),)), caption=name)
    for ending in ("svg", "png"):
        save(hostile, tmp_path / f"x.{ending}")
    text = (tmp_path / "x.svg").read_text("utf-8")
    assert "<script>" not in text
    assert not re.search("[\u202e\x00]", text)
    (ax,) = draw(hostile)
    assert len(ax.get_legend().get_texts()) == 3
    with Image.open(tmp_path / "x.png") as image:
        assert image.width < 1500


def test_panels_stand_in_columns() -> None:
    axes = draw(figure(*[PANELS["weights"]] * 7, columns=3))
    tops = sorted({round(ax.get_subplotspec().get_position(ax.get_figure()).y1, 3) for ax in axes})
    assert len(tops) == 3


def test_the_caption_stands_below_and_is_whole() -> None:
    words = "Other columns are held at their medians. " * 8
    (ax,) = draw(figure(PANELS["regions"], caption=words))
    whole = ax.get_figure()
    whole.draw_without_rendering()
    below = next(text for text in whole.texts if text.get_text().startswith("Other columns"))
    assert below.get_text().replace("\n", " ") == words.strip()
    assert below.get_window_extent().x1 <= whole.bbox.x1
    assert below.get_window_extent().y1 < ax.get_window_extent().y0
