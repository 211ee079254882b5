"""Predicted numbers: against the true ones, and what is left of them."""

from collections.abc import Sequence

import numpy as np

from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Bars, Curve, FigureData, Panel, Points
from pellucid.figures.table import Table
from pellucid.shapes import Array, Floats

__all__ = ["fit_figure", "residuals_figure"]

_MOST_POINTS, _MOST_TARGETS, _GROUPS = 2000, 6, 8
_SOUND = "Even around 0 everywhere is what a sound model leaves; a bend or a funnel is what it missed."


def fit_figure(truth: Floats, predicted: Floats, names: Sequence[str]) -> FigureData:
    """Predicted over true values; on the dotted line they are equal.

    Args:
        truth: ``[n, t]`` in the targets' units.
        predicted: ``[n, t]``.
        names: Of the targets ``[t]``; of more than six the first are shown.
    """
    panels, told, rows = [], [], []
    for place, name in enumerate(names[:_MOST_TARGETS]):
        y, f = _finite(truth[:, place], predicted[:, place])
        rmse, r2 = _scores(y, f)
        panels.append(_scatter(y, f, name))
        told.append(f"{name}: RMSE {spoken(rmse)}, R² {r2:.3f}, {len(y)} rows")
        rows += [(name, *group) for group in _groups(y, f)]
    return FigureData(
        "Predicted and true values on the test rows",
        tuple(panels),
        f"Predicted over true values. {'; '.join(told)}.",
        Table(("target", "predicted from", "to", "rows", "mean predicted", "mean true"), tuple(rows)),
        facts=_facts(truth, predicted, names),
        caption=" ".join(filter(None, (_thinned(len(truth)), _hidden(names)))),
        columns=3,
    )


def residuals_figure(truth: Floats, predicted: Floats, names: Sequence[str]) -> FigureData:
    """What was true minus what was predicted: over the prediction, and how it is spread.

    Args:
        truth: As in ``fit_figure``, as are ``predicted`` and ``names``.
        predicted: ``[n, t]``.
        names: ``[t]``.
    """
    panels, told, rows = [], [], []
    for place, name in enumerate(names[: _MOST_TARGETS // 2]):
        y, f = _finite(truth[:, place], predicted[:, place])
        off = y - f
        kept = _spread_out(len(y))
        panels.append(
            Panel(
                Axis(f"predicted {name}"),
                Axis(f"{name}: true − predicted"),
                curves=[Curve("", np.array([f.min(), f.max()]), np.zeros(2), role="reference")],
                points=[Points("test rows", f[kept], off[kept], size=4.0)],
            )
        )
        heights, edges = np.histogram(off, bins="auto" if len(off) < 5000 else 60)
        bars = Bars("test rows", edges, heights.astype(np.float64))
        panels.append(Panel(Axis(f"{name}: true − predicted"), Axis("test rows"), bars=bars))
        low, high = np.quantile(off, (0.05, 0.95))
        told.append(
            f"{name}: mean {spoken(float(off.mean()))}, nine of ten between {spoken(float(low))} and "
            f"{spoken(float(high))}"
        )
        rows += [(name, *group) for group in _groups(y, f)]
    return FigureData(
        "Residuals on the test rows",
        tuple(panels),
        f"What was true minus what was predicted. {'; '.join(told)}.",
        Table(("target", "predicted from", "to", "rows", "mean predicted", "mean true"), tuple(rows)),
        facts=_facts(truth, predicted, names),
        caption=" ".join(filter(None, (_SOUND, _thinned(len(truth))))),
        columns=2,
    )


def _scatter(y: Floats, f: Floats, name: str) -> Panel:
    low, high = float(min(y.min(), f.min())), float(max(y.max(), f.max()))
    room = 0.03 * (high - low or 1.0)
    kept = _spread_out(len(y))
    return Panel(
        Axis(f"true {name}"),
        Axis(f"predicted {name}"),
        curves=[Curve("equal", np.array([low, high]), np.array([low, high]), role="reference")],
        points=[Points("test rows", y[kept], f[kept], size=4.0)],
        limits=(low - room, high + room, low - room, high + room),
        square=True,
    )


def _finite(truth: Floats, predicted: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(truth) & np.isfinite(predicted)
    return truth[known], predicted[known]


def _scores(y: Floats, f: Floats) -> tuple[float, float]:
    """RMSE, and R² = 1 − Σ(y − f)² / Σ(y − ȳ)²; NaN where all true values are equal."""
    left = float(np.sum((y - f) ** 2))
    spread = float(np.sum((y - y.mean()) ** 2))
    return (left / len(y)) ** 0.5, 1.0 - left / spread if spread else float("nan")


def _facts(truth: Floats, predicted: Floats, names: Sequence[str]) -> dict[str, float | int | str]:
    found: dict[str, float | int | str] = {}
    for place, name in enumerate(names):
        rmse, r2 = _scores(*_finite(truth[:, place], predicted[:, place]))
        found |= {f"rmse of {name}": rmse, f"r2 of {name}": r2}
    return found


def _groups(y: Floats, f: Floats) -> list[tuple[float, float, int, float, float]]:
    """Rows in groups of equal size by what was predicted: where the model is off on average."""
    groups = np.array_split(np.argsort(f, kind="stable"), min(_GROUPS, len(f)))
    return [
        (float(f[g].min()), float(f[g].max()), len(g), float(f[g].mean()), float(y[g].mean())) for g in groups if len(g)
    ]


def _spread_out(rows: int) -> Array:
    """Row numbers, evenly thinned to what a picture can show."""
    return np.unique(np.linspace(0, rows - 1, min(rows, _MOST_POINTS)).round().astype(int))


def _thinned(rows: int) -> str:
    return f"Drawn are {_MOST_POINTS} of {rows} rows; numbers are of all." if rows > _MOST_POINTS else ""


def _hidden(names: Sequence[str]) -> str:
    more = len(names) - _MOST_TARGETS
    return f"Not shown: {more} further targets." if more > 0 else ""
