"""Learning curves: every member thin, their mean bold within the band of all, the epochs that were kept marked."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pellucid.evaluation import format_count, format_number
from pellucid.records import EpochRecord, MemberRecord
from pellucid.report.axes import BOX, Axis, frame
from pellucid.report.figure import curve_data, entry, few, figure
from pellucid.report.markup import Content, Markup, element, join
from pellucid.report.tables import lined_up

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
MOST_ROWS = 12
"""Epochs in the table behind a figure."""
MOST_READ = 400
"""Epochs that can be read out under a figure."""
MOST_TRACES = 16
"""More single lines hide their band until somebody asks for them."""


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


def _settled(lines: dict[int, Line], settle: Callable[[list[float]], float]) -> Line:
    """Mean, least or largest over the members still training, as far as at least half of them are."""
    at: dict[int, list[float]] = {}
    for line in lines.values():
        for epoch, value in zip(line.epochs, line.values, strict=True):
            at.setdefault(epoch, []).append(value)
    kept = [epoch for epoch in sorted(at) if 2 * len(at[epoch]) >= len(lines)]
    return Line(kept, [settle(at[epoch]) for epoch in kept])


def _mean(lines: dict[int, Line]) -> Line:
    return _settled(lines, lambda values: math.fsum(values) / len(values))


def _figure(title: str, training: dict[int, Line], validation: dict[int, Line], best: dict[int, int]) -> Markup:
    learned = _mean(training) if training else None
    shown = list(validation.values()) + ([learned] if learned else [])
    values = [value for line in shown for value in line.values]
    last = max(line.epochs[-1] for line in shown)
    low, high = min(values), max(values)
    logarithmic = low > 0 and high / low > LOGARITHMIC_FROM
    x, y = Axis.of(1, max(2, last), whole=True), Axis.of(low, high, logarithmic=logarithmic)
    many = len(validation) > 1
    drawn: list[Markup] = []
    if many:
        drawn.append(_band(_settled(validation, min), _settled(validation, max), x, y))
    if learned:
        drawn.append(_polyline(learned, x, y, "training"))
    if many:
        drawn += [_polyline(line, x, y, "member", f"each {place + 1}") for place, line in validation.items()]
        drawn.append(_polyline(_mean(validation), x, y, "mean"))
    elif validation:
        drawn.append(_polyline(next(iter(validation.values())), x, y, "mean"))
    for member, epoch in best.items():
        line = validation.get(member)
        if line and epoch in line.epochs:
            value = line.values[list(line.epochs).index(epoch)]
            drawn.append(element("circle", cx=x.across(epoch), cy=y.up(value), r=3, class_="best", data_line="best"))
    summary = f"{title} by epoch, {last} epochs. {_described(learned, validation)}"
    return figure(
        f"{title}{' (logarithmic scale)' if logarithmic else ''}",
        frame(x, y, join(*drawn), title=summary, below="epoch"),
        _table(learned, validation, best),
        legend=_legend(len(training), len(validation), marked=bool(best)),
        kind="curves",
        data=_read_out(learned, validation, x),
    )


def _legend(training: int, validation: int, *, marked: bool) -> list[Markup]:
    entries = []
    if training:
        entries.append(_line_entry("training", "training" + (", mean" if training > 1 else "")))
    if validation:
        name = "validation" if training else "networks"
        entries.append(_line_entry("mean", f"{name}, mean of {validation}" if validation > 1 else name))
    if validation > 1:
        entries.append(entry(element("rect", x=0, y=0, width=26, height=10, class_="band"), "range", shows="band"))
        mark = element("polyline", points="0,5 26,5", class_="member")
        entries.append(entry(mark, "each network", shows="each", off=validation > MOST_TRACES))
    if marked:
        entries.append(entry(element("circle", cx=13, cy=5, r=3, class_="best"), "epoch kept", shows="best"))
    return entries


def _line_entry(kind: str, words: str) -> Markup:
    return entry(element("polyline", points="0,5 26,5", class_=kind), words, shows=kind)


def _columns(learned: Line | None, validation: dict[int, Line]) -> tuple[list[int], list[dict[str, object]]]:
    """Epochs, and the lines by epoch with None where there is nothing."""
    lines: list[dict[str, object]] = []
    main = [*([learned] if learned else []), *([_mean(validation)] if validation else [])]
    epochs = sorted({epoch for line in main for epoch in line.epochs})

    def spread(line: Line) -> list[float | None]:
        at = dict(zip(line.epochs, line.values, strict=True))
        return [at.get(epoch) for epoch in epochs]

    if learned:
        lines.append({"name": "training", "value": spread(learned)})
    if validation:
        own: dict[str, object] = {"name": "validation" if learned else "networks", "value": spread(_mean(validation))}
        if len(validation) > 1:
            own |= {end: spread(_settled(validation, settle)) for end, settle in (("low", min), ("high", max))}
        lines.append(own)
    return epochs, lines


def _table(learned: Line | None, validation: dict[int, Line], best: dict[int, int]) -> Markup:
    epochs, lines = _columns(learned, validation)
    parts = [(line["name"], key, line[key]) for line in lines for key in ("value", "low", "high") if key in line]
    names = {"value": "", "low": ", least", "high": ", largest"}
    heads = ["epoch", *(f"{name}{names[key]}" for name, key, _ in parts), *(["kept by"] if best else [])]
    places = sorted({*few(len(epochs), MOST_ROWS), *(epochs.index(each) for each in best.values() if each in epochs)})
    if len(places) > 2 * MOST_ROWS:
        places = few(len(epochs), MOST_ROWS)
    rows: list[list[Content]] = []
    for place in places:
        row: list[Content] = [format_count(epochs[place])]
        for _, _, values in parts:
            value = values[place]  # type: ignore[index]
            row.append("–" if value is None else format_number(value))
        if best:
            keepers = [str(member + 1) for member, epoch in best.items() if epoch == epochs[place]]
            row.append(", ".join(keepers) or "·")
        rows.append(row)
    return lined_up(heads, rows, words=0)


def _read_out(learned: Line | None, validation: dict[int, Line], x: Axis) -> dict[str, object]:
    epochs, lines = _columns(learned, validation)
    places = few(len(epochs), MOST_READ)
    kept = [
        {key: part if key == "name" else [part[place] for place in places] for key, part in line.items()}  # type: ignore[index]
        for line in lines
    ]
    return curve_data("epoch", [epochs[place] for place in places], kept, box=BOX, axis=x)


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


def _polyline(line: Line, x: Axis, y: Axis, kind: str, name: str | None = None) -> Markup:
    return element("polyline", points=" ".join(_points(line, x, y)), class_=kind, data_line=name or kind)


def _band(low: Line, high: Line, x: Axis, y: Axis) -> Markup:
    outline = [*_points(low, x, y), *reversed(_points(high, x, y))]
    return element("polygon", points=" ".join(outline), class_="band", data_line="band")


def _points(line: Line, x: Axis, y: Axis) -> list[str]:
    return [f"{x.across(line.epochs[place]):g},{y.up(line.values[place]):g}" for place in _decimated(line.values)]


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
