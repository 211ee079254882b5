"""A run's replay as pictures, one for each epoch that was kept; for a GIF, or to look at one of them."""

from collections.abc import Iterator

import numpy as np

from pellucid.evaluation import format_count, format_percent
from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Curve, FigureData, Panel, Points, Regions, Surface
from pellucid.figures.plane_picture import legend_names, region_names
from pellucid.figures.table import Table
from pellucid.printable import printable
from pellucid.records.replay import STRENGTHS, ReplayRecord, unpack_frames
from pellucid.shapes import Array, Floats

__all__ = ["replay_frames"]

_MOST_CLASSES = 6
_CONTOURS = 13


def replay_frames(record: ReplayRecord) -> list[FigureData]:
    """One picture for each frame: a boundary as regions or contours, certainty as steps, predictions as points."""
    frames = unpack_frames(record.frames, record.shape)
    panels = {"boundary": _boundary, "certainty": _certainty, "predictions": _predictions}[record.kind](record, frames)
    caption = "Predictions of all networks together"
    captions = {
        "boundary": f"{caption}, averaged.",
        "certainty": f"{caption}, averaged, for the test rows of each class.",
        "predictions": f"{caption}, averaged, for test rows.",
    }
    found: list[FigureData] = []
    for epoch, loss, (panel, alt, table) in zip(record.epochs, record.losses, panels, strict=True):
        when = "before the first step" if epoch == 0 else f"after epoch {format_count(epoch)}"
        told = "" if loss is None else f", validation loss {spoken(loss)}"
        found.append(
            FigureData(
                title=f"{when[0].upper()}{when[1:]}{told}",
                panels=(panel,),
                alt=f"{when[0].upper()}{when[1:]}: {alt}",
                table=table,
                facts={"epoch": epoch, **({} if loss is None else {"validation_loss": loss})},
                caption=captions[record.kind],
            )
        )
    return found


def _boundary(record: ReplayRecord, frames: Array) -> Iterator[tuple[Panel, str, Table]]:
    _, height, width = record.shape
    across = np.linspace(record.x.low, record.x.high, width)
    up = np.linspace(record.y.low, record.y.high, height)
    limits = (record.x.low, record.x.high, record.y.low, record.y.high)
    names = [printable(name, limit=30) for name in record.classes]
    axes = Axis(printable(record.x.label, limit=40)), Axis(printable(record.y.label, limit=40))
    for frame in frames:
        if record.meaning == "value":
            heights = _smoothed(_values(record, frame))
            levels = np.linspace(record.low, record.high, _CONTOURS)
            alt = f"lowest {spoken(float(heights.min()))}, highest {spoken(float(heights.max()))}."
            panel = Panel(*axes, surface=Surface(across, up, heights, levels, label="predicted"), limits=limits)
            table = Table(
                ("least", "mean", "largest"), ((*map(float, (heights.min(), heights.mean(), heights.max())),),)
            )
        else:
            winner, strength = _winners(record, frame)
            shares = np.bincount(winner.ravel(), minlength=len(names)) / winner.size
            told = [f"{names[k]}: {format_percent(float(shares[k]))}" for k in np.argsort(-shares)[:_MOST_CLASSES]]
            alt = f"shares of the plane are {', '.join(told)}."
            regions = Regions(across, up, winner, strength, legend_names(record.classes))
            panel = Panel(*axes, regions=regions, points=region_names(regions, record.classes), limits=limits)
            table = Table(("class", "share of the plane"), tuple(zip(names, map(float, shares), strict=True)))
        yield panel, alt, table


def _winners(record: ReplayRecord, frame: Array) -> tuple[Array, Floats]:
    """The likeliest class and its probability, as far as the bytes tell it."""
    if record.meaning == "probability":
        second = _smoothed(_values(record, frame))
        return (second >= 0.5).astype(np.int64), np.maximum(second, 1.0 - second)
    draw = 1.0 / len(record.classes)
    shade = (frame % STRENGTHS + 0.5) / STRENGTHS
    return (frame // STRENGTHS).astype(np.int64), draw + shade * (1.0 - draw)


def _certainty(record: ReplayRecord, frames: Array) -> Iterator[tuple[Panel, str, Table]]:
    shares = _values(record, frames)
    bins = record.shape[2]
    edges = np.linspace(0.0, 1.0, bins + 1)
    # The classes with most rows, in their own order.
    shown = np.sort(np.argsort(-np.array(record.counts), kind="stable")[:_MOST_CLASSES])
    names = [printable(record.classes[k], limit=30) for k in shown]
    top = float(shares[:, shown].max()) * 1.05 or 1.0
    for frame in shares:
        curves = [
            Curve(
                f"{name} ({format_count(record.counts[k])})",
                edges,
                np.append(frame[k], frame[k, -1]),
                series,
                stairs=True,
            )
            for series, (k, name) in enumerate(zip(shown, names, strict=True))
        ]
        middle = (edges[:-1] + edges[1:]) / 2
        means = [float((frame[k] * middle).sum() / max(frame[k].sum(), 1e-9)) for k in shown]
        told = [f"{name} {mean:.2f}" for name, mean in zip(names, means, strict=True)]
        yield (
            Panel(Axis(record.x.label), Axis(record.y.label), curves=curves, limits=(0.0, 1.0, 0.0, top)),
            f"mean probability of the true class: {', '.join(told)}.",
            Table(
                ("class", "test rows", "mean probability of its own class"),
                tuple((name, record.counts[k], mean) for k, name, mean in zip(shown, names, means, strict=True)),
            ),
        )


def _predictions(record: ReplayRecord, frames: Array) -> Iterator[tuple[Panel, str, Table]]:
    truth = _values(record, np.frombuffer(record.truth, dtype=np.uint8))
    ends = np.array([record.low, record.high])
    axes = Axis(printable(record.x.label, limit=40)), Axis(printable(record.y.label, limit=40))
    for frame in frames:
        predicted = _values(record, frame)
        error = float(np.abs(predicted - truth).mean())
        panel = Panel(
            *axes,
            curves=[Curve("as it should be", ends, ends, role="reference")],
            points=[Points("test rows", truth, predicted, series=0, size=3.6)],
            limits=(record.low, record.high, record.low, record.high),
        )
        rows = tuple(
            (float(truth[k]), float(predicted[k])) for k in np.linspace(0, len(truth) - 1, 9).round().astype(int)
        )
        yield panel, f"predictions are off by {spoken(error)} on average.", Table(("true", "predicted"), rows)


def _values(record: ReplayRecord, levels: Array) -> Floats:
    """What bytes stand for."""
    found: Floats = record.low + levels / (record.levels - 1) * (record.high - record.low)
    return found


def _smoothed(values: Floats) -> Floats:
    """Values ``[h, w]`` with their neighbours mixed in: the steps of bytes would make stairs of every line."""
    for _ in range(3):
        wide = np.pad(values, 1, mode="edge")
        across = wide[:, :-2] + 2.0 * wide[:, 1:-1] + wide[:, 2:]
        values = (across[:-2] + 2.0 * across[1:-1] + across[2:]) / 16.0
    return values
