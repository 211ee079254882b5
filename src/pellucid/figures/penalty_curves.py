"""A penalty over one weight: what it adds to the loss and to the gradient; or what a limit does to a norm."""

import numpy as np

from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Curve, FigureData, Panel
from pellucid.figures.table import Table
from pellucid.objectives.penalties import ChosenPenalty

__all__ = ["penalty_figure"]

_FAR, _POINTS = 3.0, 601
_PLACES = (-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0)


def penalty_figure(chosen: ChosenPenalty) -> FigureData | None:
    """Value and gradient of one weight (or hidden value); the norm after an update for a limit; None for the others."""
    if chosen.entry.limit is not None:
        return _limit(chosen)
    if not chosen.entry.is_penalty:
        return None
    what = "hidden value" if chosen.entry.activity else "parameter"
    # Two halves that do not meet: at 0 the gradient may jump.
    x = np.concatenate([np.linspace(-_FAR, -1e-9, _POINTS), [np.nan], np.linspace(1e-9, _FAR, _POINTS)])
    gradient = chosen.gradient(x).numpy()
    at = np.array(_PLACES)
    rows = zip(at, chosen.value(at).numpy(), chosen.gradient(at).numpy(), strict=True)
    a, b = chosen.parts
    return FigureData(
        title=str(chosen),
        panels=(
            Panel(Axis(what), Axis("added to the loss"), curves=[Curve("value", x, chosen.value(x).numpy())]),
            Panel(Axis(what), Axis("added to its gradient"), curves=[Curve("gradient", x, gradient)]),
        ),
        alt=f"What one {what} adds to the loss and to its own gradient: {_alt(a + chosen.activity, b)}.",
        table=Table(
            (what, "added to the loss", "added to its gradient"), tuple(tuple(map(float, row)) for row in rows)
        ),
        facts={"l1_part": a + chosen.activity, "l2_part": b},
    )


def _alt(a: float, b: float) -> str:
    if a and b:
        return "a parabola with a kink at 0, where the gradient jumps"
    return "a wedge; the gradient has the same size everywhere" if a else "a parabola; the gradient grows with the size"


def _limit(chosen: ChosenPenalty) -> FigureData:
    limit = chosen.limit
    x = np.linspace(0.0, 2.0 * limit, _POINTS)
    places = np.linspace(0.0, 2.0, 9) * limit
    rows = tuple(
        (float(each), float(min(each, limit)), float(min(1.0, limit / each) if each else 1.0)) for each in places
    )
    return FigureData(
        title=str(chosen),
        panels=(
            Panel(
                Axis("norm of a unit's incoming weights after an update"),
                Axis("norm that is kept"),
                curves=[Curve("kept", x, np.minimum(x, limit))],
            ),
        ),
        alt=f"Norms up to {spoken(limit)} are kept, larger ones are scaled down to it.",
        table=Table(("norm", "norm kept", "factor on the weights"), rows),
        facts={"limit": limit},
    )
