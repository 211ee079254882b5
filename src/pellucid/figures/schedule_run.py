"""A schedule over a run: what becomes of the base value, epoch by epoch."""

import numpy as np

from pellucid.errors import UsageError
from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Curve, FigureData, Panel
from pellucid.figures.table import Table
from pellucid.optimizers import ChosenSchedule, Plateau
from pellucid.shapes import Floats

__all__ = ["made_up_validation", "schedule_figure"]

_EPOCHS, _STEPS = 50, 40
_ROWS = 11


def schedule_figure(chosen: ChosenSchedule, *, epochs: int | None = None) -> FigureData:
    """The value over a run of so many epochs (50 if None), at 40 steps an epoch.

    One that watches validation values is shown what :func:`made_up_validation` gives, which is drawn beside it.

    Raises:
        UsageError: If there is not a single epoch.
    """
    length = _EPOCHS if epochs is None else epochs
    if length < 1:
        raise UsageError(f"A run needs at least one epoch, found --epochs {length}.")
    step = np.arange(length * _STEPS, dtype=np.float64)
    values = chosen.values(1.0, step, steps_per_epoch=_STEPS, epochs=length)
    seen = None
    if chosen.watched is not None:
        seen = made_up_validation(length)
        plateau = Plateau(chosen.watched.numbers)
        factors = np.array([1.0, *(plateau.see(float(value)) for value in seen[:-1])])
        values = values * np.repeat(factors, _STEPS)
    is_momentum = chosen.entry.moves == "momentum"
    up = Axis("momentum") if is_momentum else Axis("share of the base value")
    panels = [
        Panel(
            Axis("epoch"),
            up,
            curves=[Curve("value", step / _STEPS, values)],
            limits=_limits(values, length, is_momentum=is_momentum),
        )
    ]
    if seen is not None:
        across = np.arange(1.0, length + 1.0)
        panels.append(Panel(Axis("epoch"), Axis("validation loss, made up"), curves=[Curve("seen", across, seen)]))
    return FigureData(
        title=str(chosen),
        panels=tuple(panels),
        alt=_alt(up.label, values, length, watches=seen is not None),
        table=_table(values, length, seen, "momentum" if is_momentum else "share of base"),
        facts={
            "first": float(values[0]),
            "largest": float(values.max()),
            "last": float(values[-1]),
            "mean": float(values.mean()),
            "epochs": length,
            "steps_per_epoch": _STEPS,
        },
    )


def made_up_validation(epochs: int) -> Floats:
    """Validation losses after every epoch that fall and stand still twice, with a ripple: for pictures ``[epochs]``."""
    t = (np.arange(epochs) + 1.0) / max(epochs, 1)
    falls = 0.5 * np.exp(-60.0 * t) + 0.3 / (1.0 + np.exp(80.0 * (t - 0.5)))
    # A little too much training shows, too: without new lows no ripple counts as progress.
    losses: Floats = 0.2 + falls + 0.03 * t + 0.004 * np.sin(2.4 * np.arange(epochs))
    return losses


def _table(values: Floats, epochs: int, seen: Floats | None, head: str) -> Table:
    chosen = np.unique(np.linspace(0, epochs - 1, min(_ROWS, epochs)).round().astype(int))
    rows = []
    for epoch in chosen:
        own = values[epoch * _STEPS : (epoch + 1) * _STEPS]
        row = [int(epoch) + 1, float(own[0]), float(own[-1])]
        rows.append(tuple(row if seen is None else [*row, float(seen[epoch])]))
    heads = ["epoch", f"{head}, first step", "last step"]
    return Table(tuple(heads if seen is None else [*heads, "validation loss"]), tuple(rows))


def _alt(label: str, values: Floats, epochs: int, *, watches: bool) -> str:
    first, last = float(values[0]), float(values[-1])
    told = f"The {label} over {epochs} epochs: {spoken(first)} at first, {spoken(last)} in the end"
    high, low = float(values.max()), float(values.min())
    inner = []
    if high > max(first, last) + 1e-9:
        inner.append(f"at most {spoken(high)} in epoch {int(values.argmax()) // _STEPS + 1}")
    if low < min(first, last) - 1e-9:
        inner.append(f"at least {spoken(low)} in epoch {int(values.argmin()) // _STEPS + 1}")
    seen = " It acts on validation losses; those here are made up." if watches else ""
    return f"{', '.join([told, *inner])}.{seen}"


def _limits(values: Floats, epochs: int, *, is_momentum: bool) -> tuple[float, float, float, float]:
    """Shares from 0, so that they can be compared by eye; momenta up to 1, where it matters how near they come."""
    bottom, top = (max(0.0, float(values.min()) - 0.1), 1.0) if is_momentum else (0.0, float(values.max()))
    room = 0.03 * (top - bottom)
    return -0.02 * epochs, 1.02 * epochs, bottom - room, top + room
