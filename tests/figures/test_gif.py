"""Moving pictures: frames, sizes, palette, durations; only what differs moves."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pellucid.errors import SurroundingsError, UsageError
from pellucid.figures.boundary import boundary_figure
from pellucid.figures.figure import Axis, Curve, FigureData, Matrix, Panel
from pellucid.figures.gif import gif_frames, save_gif
from pellucid.figures.table import Table
from pellucid.shapes import Floats

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
pytest.importorskip("matplotlib", reason="matplotlib is not installed")

INPUTS = np.random.default_rng(1).uniform(-1, 1, size=(40, 2))


def boundary_at(place: float) -> FigureData:
    def predict(rows: Floats) -> Floats:
        found: Floats = 1 / (1 + np.exp(-8 * (rows[:, 0] - place)))
        return found

    truth = (INPUTS[:, 0] > 0).astype(np.int64)
    return boundary_figure(predict, INPUTS, truth, classes=["no", "yes"], title=f"at {place:.2f}", resolution=60)


FRAMES = [boundary_at(place) for place in np.linspace(-0.5, 0.5, 20)]


@pytest.fixture(scope="module")
def gif(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gif") / "boundary.gif"
    save_gif(FRAMES, path, 500)
    return path


def test_twenty_boundaries_are_small_and_stay_half_a_second_each(gif: Path) -> None:
    assert gif.stat().st_size <= 400_000
    with Image.open(gif) as picture:
        assert picture.n_frames == 20 and picture.info["loop"] == 0
        for frame in range(20):
            picture.seek(frame)
            assert picture.info["duration"] == 500
        assert FRAMES[0].alt in picture.info["comment"].decode()


def test_all_frames_share_one_palette_in_which_paper_is_white(gif: Path) -> None:
    with Image.open(gif) as picture:
        colours = set()
        for frame in range(20):
            picture.seek(frame)
            seen = np.array(picture.convert("RGB"))
            assert tuple(seen[2, -3]) == (255, 255, 255)
            colours |= {tuple(colour) for colour in np.unique(seen.reshape(-1, 3), axis=0).tolist()}
    assert len(colours) <= 86
    # The colours of both classes' points are exact.
    assert {(0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)} <= colours


def test_frames_are_what_is_drawn_and_nothing_else_moves() -> None:
    drawn = gif_frames(FRAMES[:3])
    assert len({frame.shape for frame in drawn}) == 1
    alone = gif_frames([FRAMES[1], *FRAMES[:3]])[2]
    np.testing.assert_array_equal(drawn[1], alone)
    np.testing.assert_array_equal(gif_frames([FRAMES[0]] * 2)[0], gif_frames([FRAMES[0]] * 2)[1])
    moved = (drawn[0] != drawn[2]).any(axis=-1)
    # Axis labels and ticks below and left of the plane stand still.
    assert moved.any() and not moved[-40:].any() and not moved[60:, :20].any()


def test_the_boundary_stands_where_it_should() -> None:
    """The first column of the picture in which orange wins moves to the right with the boundary."""
    places = []
    for frame in gif_frames([FRAMES[0], FRAMES[10], FRAMES[19]]):
        line = frame[frame.shape[0] // 2].astype(int)
        reddish = line[:, 0] - line[:, 2] > 40
        places.append(int(np.flatnonzero(reddish)[0]))
    assert places[0] < places[1] < places[2]


def test_lines_without_limits_keep_one_scale() -> None:
    def frame(height: float) -> FigureData:
        x = np.linspace(0.0, 1.0, 5)
        panel = Panel(Axis("x"), Axis("y"), curves=[Curve("line", x, height * x)])
        return FigureData("moving", (panel,), "A line.", Table(("x",), ((0.0,),)))

    low, high = gif_frames([frame(1.0), frame(10.0)])
    # Ink of the line: the steeper one covers more height.
    rows = [np.flatnonzero((each[:, 200:, 2].astype(int) - each[:, 200:, 0] > 90).any(axis=1)) for each in (low, high)]
    assert np.ptp(rows[1]) > 3 * np.ptp(rows[0])


def test_what_is_no_moving_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"written as .gif, and .*a.png is none. Choose .*a.gif"):
        save_gif(FRAMES[:1], tmp_path / "a.png")
    with pytest.raises(UsageError, match="20 milliseconds or longer, and 5"):
        save_gif(FRAMES[:1], tmp_path / "a.gif", 5)
    with pytest.raises(UsageError, match="1 to 240 frames, and 0"):
        save_gif([], tmp_path / "a.gif")
    with pytest.raises(UsageError, match="have the same panels"):
        gif_frames([FRAMES[0], replace(FRAMES[0], panels=FRAMES[0].panels * 2)])
    matrix = Panel(Axis("x"), Axis("y"), matrix=Matrix(np.ones((2, 2))))
    with pytest.raises(UsageError, match="matrices and intervals stand still"):
        gif_frames([replace(FRAMES[0], panels=(matrix,))])
    with pytest.raises(SurroundingsError, match=r"There is no folder .*nowhere to write a.gif into"):
        save_gif(FRAMES[:1], tmp_path / "nowhere" / "a.gif")
    assert not list(tmp_path.iterdir())


def test_equal_frames_give_equal_bytes(gif: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.gif"
    save_gif(FRAMES, again, 500)
    assert io.BytesIO(again.read_bytes()).getvalue() == gif.read_bytes()
