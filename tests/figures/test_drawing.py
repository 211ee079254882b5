"""Drawing: numbers become files that can be read, and nothing global is left behind."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.errors import SurroundingsError, UsageError
from pellucid.figures import Axis, Bars, Curve, FigureData, Mark, Panel, Table, draw, save


def figure(panels: int = 1) -> FigureData:
    x = np.linspace(-1.0, 1.0, 21)
    panel = Panel(
        Axis("x", unit="m"),
        Axis("y"),
        curves=(Curve("square", x, x * x), Curve("cube", x, x**3, series=1)),
        marks=(Mark("middle", 0.0, 0.0),),
    )
    return FigureData("Powers", (panel,) * panels, "A parabola and a cubic.", Table(("x", "x²"), ((0.5, 0.25),)))


@pytest.mark.parametrize("panels", [1, 2])
def test_a_png_can_be_read_and_says_what_it_shows(panels: int, tmp_path: Path) -> None:
    path = tmp_path / "powers.png"
    save(figure(panels), path)
    with Image.open(path) as image:
        image.load()
        assert image.width > 800 and image.height > 500
        assert image.info["Title"] == "Powers"
        assert image.info["Description"] == "A parabola and a cubic."
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 24)}
    assert {(0, 114, 178), (213, 94, 0)} <= colours


def test_an_svg_is_text_with_a_description(tmp_path: Path) -> None:
    path = tmp_path / "powers.svg"
    save(figure(), path)
    text = path.read_text("utf-8")
    assert text.startswith("<?xml")
    assert "A parabola and a cubic." in text
    assert ">x [m]<" in text


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_same_figure_gives_the_same_file(ending: str, tmp_path: Path) -> None:
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    save(figure(), first)
    save(figure(), second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(("name", "found"), [("powers.jpg", "ends in .jpg"), ("powers", "has no ending")])
def test_another_ending_is_refused_with_one_that_works(name: str, found: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"{found}. Choose .*powers.png"):
        save(figure(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_axes_that_are_given_are_drawn_into() -> None:
    from matplotlib.figure import Figure

    whole = Figure()
    ax = whole.subplots()
    assert draw(figure(), ax) == [ax]
    lines = {line.get_label(): line for line in ax.lines}
    np.testing.assert_array_equal(lines["square"].get_ydata(), np.linspace(-1.0, 1.0, 21) ** 2)
    assert ax.get_xlabel() == "x [m]"


def test_too_few_axes_are_refused() -> None:
    from matplotlib.figure import Figure

    with pytest.raises(UsageError, match="'Powers' has 2 panels and was given 1 pairs of axes"):
        draw(figure(2), Figure().subplots())


def test_a_histogram_is_drawn_with_its_edges() -> None:
    bars = Bars("weights", np.array([0.0, 1.0, 2.0]), np.array([3.0, 1.0]))
    panel = Panel(Axis("weight"), Axis("share"), bars=bars)
    (ax,) = draw(FigureData("Weights", (panel,), "Two bars.", Table((), ())))
    assert ax.patches[0].get_data().values.tolist() == [3.0, 1.0]


def test_nothing_is_opened_in_pyplot(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from pellucid.figures import save; from pellucid.figures.landscape import landscape_figure\n"
        "from pellucid.figures.surfaces import SURFACES\n"
        "print('matplotlib' in sys.modules)\n"
        f"save(landscape_figure(SURFACES('bowl')), Path({str(tmp_path / 'bowl.png')!r}))\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_without_matplotlib_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(SurroundingsError, match=r"Drawing needs matplotlib.*pip install 'pellucid\[plots\]'"):
        save(figure(), tmp_path / "powers.png")


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((-6.0, -0.5, 0.0, 12.0), ["−6.0", "−0.5", "0.0", "12.0"]),
        ((1.0, 2.0, -3.0), ["1", "2", "−3"]),
        ((0.25, 1.23456789), ["0.250", "1.235"]),
        ((1e-9, 1.0), ["1.0e−09", "1"]),
        ((123456.0, 0.5), ["123\u202f456", "0.50"]),
        ((float("nan"), float("inf"), 2.5), ["none", "∞", "2.5"]),
    ],
)
def test_a_column_of_numbers_ends_at_one_place(values: tuple[float, ...], texts: list[str]) -> None:
    shown = [row[0] for row in Table(("x",), tuple((value,) for value in values)).texts()]
    assert shown == texts
