"""Moving pictures: figures of one shape, one after the other, as a GIF.

The sheet is laid out once; from frame to frame only what differs is drawn anew. All frames share one palette and are
not dithered: colours hold still from frame to frame, and what does not change costs nothing.
"""

import io
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from pellucid.errors import SurroundingsError, UsageError
from pellucid.figures.drawing.moving import drawn_frames
from pellucid.figures.drawing.palette import INK, LINE, PAPER, QUIET, colour_of
from pellucid.figures.figure import FigureData
from pellucid.records import write_whole
from pellucid.shapes import Array

__all__ = ["MOST_FRAMES", "gif_frames", "require_gif", "save_gif"]

MOST_FRAMES = 240
_DPI = 90
_OWN = (INK, QUIET, LINE, PAPER, *(colour_of(series) for series in range(6)))
_FREQUENT, _GROUPS = 12, 64
_SAMPLE = 6
"""Frames that the palette is made from."""


def save_gif(frames: Sequence[FigureData], path: str | Path, milliseconds: int = 500) -> None:
    """Write a moving picture that begins anew when it ends.

    Args:
        frames: Figures that differ in their numbers and titles alone, at least one.
        path: Ends in ``.gif``.
        milliseconds: How long each frame stays, in steps of 10; ≥ 20.

    Raises:
        UsageError: If the ending is another one, there are no frames or more than 240, they differ in shape, or a frame
            would stay too short to be seen.
        SurroundingsError: If matplotlib or Pillow is not installed, or the file cannot be written.
    """
    path = Path(path)
    require_gif(path)
    if milliseconds < 20:
        raise UsageError(f"A frame stays 20 milliseconds or longer, and {milliseconds} were asked for.")
    content = _encoded(gif_frames(frames), milliseconds, f"{frames[0].title}. {frames[0].alt}")
    write_whole(path, content)


def require_gif(path: Path) -> None:
    """Refuse what could not be written, before the work.

    Raises:
        UsageError: If the ending is not ``.gif``.
        SurroundingsError: If matplotlib or Pillow is not installed, or there is no such folder.
    """
    if path.suffix.lower() != ".gif":
        raise UsageError(f"A moving picture is written as .gif, and {path} is none. Choose {path.with_suffix('.gif')}")
    missing = [name for name, module in (("matplotlib", "matplotlib"), ("Pillow", "PIL")) if find_spec(module) is None]
    if missing:
        raise SurroundingsError(
            f"A GIF needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed. "
            "Install the extra: pip install 'pellucid[plots]'"
        )
    if not path.absolute().parent.is_dir():
        raise SurroundingsError(
            f"There is no folder {path.absolute().parent} to write {path.name} into. Make it first."
        )


def gif_frames(frames: Sequence[FigureData]) -> list[Array]:
    """Every frame as it is drawn, uint8 ``[h, w, 3]``.

    Raises:
        UsageError: As ``save_gif``.
        SurroundingsError: As ``save_gif``.
    """
    if not 1 <= len(frames) <= MOST_FRAMES:
        raise UsageError(f"A moving picture has 1 to {MOST_FRAMES} frames, and {len(frames)} were given.")
    if len({(len(frame.panels), frame.columns) for frame in frames}) > 1:
        raise UsageError("The frames of a moving picture have the same panels, and these have not.")
    return drawn_frames(frames, dpi=_DPI)


def _encoded(pictures: Sequence[Array], milliseconds: int, told: str) -> bytes:
    from PIL import Image

    palette = _palette(pictures)
    images = []
    for numbers in _numbered(pictures, palette):
        images.append(Image.fromarray(numbers, mode="P"))
        images[-1].putpalette(palette.tobytes())
    content = io.BytesIO()
    images[0].save(
        content,
        format="GIF",
        save_all=True,
        append_images=images[1:],
        duration=milliseconds,
        loop=0,
        optimize=False,
        comment=told.encode(),
    )
    return content.getvalue()


def _palette(pictures: Sequence[Array]) -> Array:
    """Colours uint8 ``[n, 3]`` of all frames: drawing's own and frequent ones exactly, the rest by groups."""
    from PIL import Image

    own = [[int(colour[place : place + 2], 16) for place in (1, 3, 5)] for colour in _OWN]
    chosen = sorted({round(place) for place in np.linspace(0, len(pictures) - 1, _SAMPLE)})
    whole = np.concatenate([pictures[place] for place in chosen])
    found, counts = np.unique(_codes(whole), return_counts=True)
    frequent = found[np.argsort(-counts, kind="stable")[:_FREQUENT]]
    often = np.stack([frequent >> 16, frequent >> 8 & 255, frequent & 255], axis=1)
    grouped = Image.fromarray(whole).quantize(_GROUPS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    rest = np.array(grouped.getpalette()).reshape(-1, 3)[:_GROUPS]
    return np.concatenate([own, often, rest]).astype(np.uint8)


def _numbered(pictures: Sequence[Array], palette: Array) -> Iterator[Array]:
    """Each frame as numbers of its nearest colours, uint8 ``[h, w]``; Pillow's own search passes by exact ones."""
    places = np.zeros(1 << 24, dtype=np.uint8)
    known = np.zeros(1 << 24, dtype=bool)
    for picture in pictures:
        codes = _codes(picture)
        new = np.unique(codes[~known[codes]])
        for start in range(0, len(new), 4096):
            some = new[start : start + 4096]
            colours = np.stack([some >> 16, some >> 8 & 255, some & 255], axis=1).astype(np.int32)
            distances = ((colours[:, None] - palette[None].astype(np.int32)) ** 2).sum(axis=-1)
            places[some] = distances.argmin(axis=1)
        known[new] = True
        yield places[codes]


def _codes(picture: Array) -> Array:
    """Red, green and blue ``[h, w, 3]`` as one number ``[h, w]``."""
    parts = picture.astype(np.uint32)
    found: Array = parts[..., 0] << 16 | parts[..., 1] << 8 | parts[..., 2]
    return found
