"""A replay as a figure: its last frame as a still picture, a table of some frames, and all frames for the script."""

import base64
from typing import Any

from pellucid.evaluation import format_count, format_number
from pellucid.records import ReplayRecord, unpack_frames
from pellucid.report.figure import few, figure
from pellucid.report.markup import Content, Markup, element
from pellucid.report.replay.boundary import area_columns, boundary_legend, boundary_picture
from pellucid.report.replay.certainty import certainty_picture, sure_columns
from pellucid.report.replay.predicted import error_columns, predicted_picture
from pellucid.report.tables import lined_up
from pellucid.shapes import Array

__all__ = ["replay_section"]

MOST_ROWS = 10
"""Frames in the table."""
NAME = 40
"""Letters of a name that a picture has room for."""
TITLES = {
    "boundary": "What the networks say over the plane of two inputs, while they learn",
    "certainty": "How sure the networks are of the right class, while they learn",
    "predictions": "Predicted against true values, while they learn",
}
CAPTIONS = {
    "boundary": "All networks together. The paler, the less sure; the dark line is where the answer changes.",
    "certainty": "Test rows of each class by the probability that all networks together give to their own class: "
    "what stands at the right is right and sure, what stands at the left is wrong and sure.",
    "predictions": "Each dot is a test row; on the dotted line predictions are right.",
}
PICTURES = {"boundary": boundary_picture, "certainty": certainty_picture, "predictions": predicted_picture}
COLUMNS = {"boundary": area_columns, "certainty": sure_columns, "predictions": error_columns}


def replay_section(replay: ReplayRecord) -> Markup:
    """The figure of one replay.

    Raises:
        ValueError: If its frames are not of the shape that it says.
    """
    frames = unpack_frames(replay.frames, replay.shape)
    # One frame moves nowhere: it stays the picture that it is.
    moving = len(frames) > 1
    still = "At the end; the slider needs the page's script to run." if moving else ""
    return figure(
        TITLES[replay.kind],
        PICTURES[replay.kind](replay, frames[-1]),
        _table(replay, frames),
        legend=boundary_legend(replay) if replay.kind == "boundary" else (),
        caption=element("span", _caption(replay), " ", element("span", still, class_="still") if still else None),
        kind="replay" if moving else None,
        data=_data(replay) if moving else None,
    )


def _caption(replay: ReplayRecord) -> str:
    # Of numbers there is no line to cross, and pale is low.
    return (
        "All networks together." if replay.meaning == "value" and replay.kind == "boundary" else CAPTIONS[replay.kind]
    )


def _table(replay: ReplayRecord, frames: Array) -> Markup:
    heads, told = COLUMNS[replay.kind](replay)
    rows: list[list[Content]] = []
    for place in few(len(frames), MOST_ROWS):
        loss = replay.losses[place]
        before = "before the first step" if replay.epochs[place] == 0 else format_count(replay.epochs[place])
        rows.append([before, "–" if loss is None else format_number(loss), *told(frames[place])])
    return lined_up(["epoch", "mean validation loss", *heads], rows, words=0)


def _data(replay: ReplayRecord) -> dict[str, Any]:
    def axis(which: Any) -> dict[str, Any]:
        return {"label": _cut(which.label), "low": which.low, "high": which.high}

    return {
        "kind": replay.kind,
        "meaning": replay.meaning,
        "epochs": replay.epochs,
        "losses": [None if loss is None else float(f"{loss:.4g}") for loss in replay.losses],
        "shape": replay.shape,
        "levels": replay.levels,
        "x": axis(replay.x),
        "y": axis(replay.y),
        "low": replay.low,
        "high": replay.high,
        "classes": [_cut(name) for name in replay.classes],
        "counts": replay.counts,
        "truth": base64.b64encode(replay.truth).decode(),
        "frames": base64.b64encode(replay.frames).decode(),
    }


def _cut(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"
