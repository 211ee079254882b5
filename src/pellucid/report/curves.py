"""Learning curves as inline SVG: every member thin, their mean bold, the epochs that were kept marked."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pellucid.records import EpochRecord, MemberRecord
from pellucid.report.axes import Axis, frame
from pellucid.report.markup import Markup, element, join

__all__ = ["learning_curves"]

MOST_POINTS = 200
"""Points of one line; a longer one keeps the extremes of each of its stretches."""
ERRORS = {
    **dict.fromkeys(("binary", "multiclass", "ordinal"), "Validation error, share of wrong classes"),
    "multilabel": "Validation error, share of wrong labels",
    "regression": "Validation RMSE, in target spreads",
    "count": "Validation RMSE",
    "ranking": "Validation error, share of pairs in the wrong order",
}
"""What training calls the error of a task; of the others it is the mean loss, which has a figure of its own."""
LOGARITHMIC_FROM = 20.0
"""A range of more than this factor is drawn in equal ratios."""


@dataclass(frozen=True)
class Line:
    """One line: epochs from 1 and its values, equally long."""

    epochs: Sequence[int]
    values: Sequence[float]


def learning_curves(
    epochs: Sequence[EpochRecord], members: Sequence[MemberRecord], *, monitor: str, task: str
) -> Markup | None:
    """The figures, side by side where there is room; None without epochs.

    Args:
        epochs: All members' epochs, in any order.
        members: For the epochs they returned to.
        monitor: ``loss`` or ``error``, which validation value picked the epoch.
        task: Decides what the error is.
    """
    training = _lines(epochs, lambda epoch: epoch.loss)
    if not training:
        return None
    loss = _lines(epochs, lambda epoch: epoch.val_loss)
    error = _lines(epochs, lambda epoch: epoch.val_error)
    best = {number: member.best_epoch for number, member in enumerate(members)}
    kept_on = monitor if (error if monitor == "error" else loss) else ""
    figures = [_figure("Loss", training, loss, best if kept_on == "loss" else {})]
    if error and (task in ERRORS or kept_on == "error"):
        title = ERRORS.get(task, "Validation error, mean loss")
        figures.append(_figure(title, {}, error, best if kept_on == "error" else {}))
    return element("div", *figures, class_="pair")


def _lines(epochs: Sequence[EpochRecord], value: Callable[[EpochRecord], float | None]) -> dict[int, Line]:
    found: dict[int, list[tuple[int, float]]] = {}
    for epoch in epochs:
        number = value(epoch)
        if number is not None and math.isfinite(number):
            found.setdefault(epoch.member, []).append((epoch.epoch, number))
    return {member: Line(*zip(*sorted(points), strict=True)) for member, points in sorted(found.items())}


def _mean(lines: dict[int, Line]) -> Line:
    """The mean over the members still training, as far as at least half of them are."""
    at: dict[int, list[float]] = {}
    for line in lines.values():
        for epoch, value in zip(line.epochs, line.values, strict=True):
            at.setdefault(epoch, []).append(value)
    kept = [epoch for epoch in sorted(at) if 2 * len(at[epoch]) >= len(lines)]
    return Line(kept, [math.fsum(at[epoch]) / len(at[epoch]) for epoch in kept])


def _figure(title: str, training: dict[int, Line], validation: dict[int, Line], best: dict[int, int]) -> Markup:
    learned = _mean(training) if training else None
    shown = list(validation.values()) + ([learned] if learned else [])
    values = [value for line in shown for value in line.values]
    last = max(line.epochs[-1] for line in shown)
    low, high = min(values), max(values)
    logarithmic = low > 0 and high / low > LOGARITHMIC_FROM
    x, y = Axis.of(1, max(2, last), whole=True), Axis.of(low, high, logarithmic=logarithmic)
    drawn: list[Markup] = []
    if learned:
        drawn.append(_polyline(learned, x, y, "training"))
    drawn += [_polyline(line, x, y, "member") for line in validation.values()]
    if len(validation) > 1:
        drawn.append(_polyline(_mean(validation), x, y, "mean"))
    elif validation:
        drawn[-1] = _polyline(next(iter(validation.values())), x, y, "mean")
    for member, epoch in best.items():
        line = validation.get(member)
        if line and epoch in line.epochs:
            value = line.values[list(line.epochs).index(epoch)]
            drawn.append(element("circle", cx=x.across(epoch), cy=y.up(value), r=3, class_="best"))
    summary = f"{title} by epoch, {last} epochs. {_described(learned, validation)}"
    entries = []
    if learned:
        entries.append(_entry("training", "training" + (", mean" if len(training) > 1 else "")))
    if validation:
        name = "validation" if training else "networks"
        entries.append(_entry("mean", f"{name}, mean of {len(validation)}" if len(validation) > 1 else name))
    if len(validation) > 1:
        entries.append(_entry("member", "each network"))
    if best:
        entries.append(_entry("best", "epoch kept"))
    return element(
        "figure",
        element("p", f"{title}{' (logarithmic scale)' if logarithmic else ''}", class_="chart-title"),
        frame(x, y, join(*drawn), title=summary, below="epoch"),
        element("ul", *entries, class_="legend"),
    )


def _described(learned: Line | None, validation: dict[int, Line]) -> str:
    parts = []
    if learned:
        parts.append(f"Training from {learned.values[0]:.3g} to {learned.values[-1]:.3g}.")
    if validation:
        mean = _mean(validation)
        place = min(range(len(mean.values)), key=mean.values.__getitem__)
        parts.append(
            f"Validation from {mean.values[0]:.3g}, lowest {mean.values[place]:.3g} at epoch {mean.epochs[place]}."
        )
    return " ".join(parts)


def _polyline(line: Line, x: Axis, y: Axis, kind: str) -> Markup:
    points = " ".join(
        f"{x.across(line.epochs[place]):g},{y.up(line.values[place]):g}" for place in _decimated(line.values)
    )
    return element("polyline", points=points, class_=kind)


def _decimated(values: Sequence[float]) -> list[int]:
    """Places to draw: all, or the lowest and the highest of each stretch, and both ends."""
    if len(values) <= MOST_POINTS:
        return list(range(len(values)))
    stretches = MOST_POINTS // 2
    kept = {0, len(values) - 1}
    for stretch in range(stretches):
        start, stop = stretch * len(values) // stretches, (stretch + 1) * len(values) // stretches
        places = range(start, stop)
        kept |= {min(places, key=values.__getitem__), max(places, key=values.__getitem__)}
    return sorted(kept)


def _entry(kind: str, words: str) -> Markup:
    mark = (
        element("circle", cx=13, cy=5, r=3, class_=kind)
        if kind == "best"
        else element("polyline", points="0,5 26,5", class_=kind)
    )
    return element("li", element("svg", mark, viewBox="0 0 26 10", aria_hidden="true"), words)
