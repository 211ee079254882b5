"""A re-expression learned from a made-up skewed column: the curve, and the column before and after."""

import numpy as np

from pellucid.encoding.expressions import ChosenExpression
from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Bars, Curve, FigureData, Panel
from pellucid.figures.table import Table
from pellucid.shapes import Floats

__all__ = ["expression_figure", "made_up_column"]

_ROWS, _BINS, _POINTS = 600, 40, 601
_SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def made_up_column() -> Floats:
    """Positive numbers with a long tail, such as prices: lognormal with median 10, from a fixed seed ``[600]``."""
    return 10.0 * np.exp(0.8 * np.random.Generator(np.random.Philox(key=5)).standard_normal(_ROWS))


def expression_figure(chosen: ChosenExpression) -> FigureData:
    """The learned curve, the histogram of what it gives, and a table with the way back."""
    column = made_up_column()
    fitted = chosen.fit(column)
    x = np.linspace(float(column.min()), float(np.quantile(column, 0.995)), _POINTS)
    expressed = fitted.forward(column)
    heights, edges = np.histogram(expressed, bins=_BINS, density=True)
    places = np.quantile(column, _SHARES)
    there = fitted.forward(places)
    back = fitted.inverse(there)
    rows = zip(_SHARES, places, there, back, strict=True)
    return FigureData(
        title=str(chosen),
        panels=(
            Panel(Axis("value in the table"), Axis("re-expressed"), curves=[Curve("curve", x, fitted.forward(x))]),
            Panel(
                Axis("re-expressed"),
                Axis("density"),
                bars=Bars("rows", edges.astype(np.float64), heights.astype(np.float64)),
            ),
        ),
        alt=f"{chosen.name} learned from a made-up column of {_ROWS} positive numbers with a long tail: values from "
        f"{spoken(column.min())} to {spoken(column.max())} become {spoken(expressed.min())} to "
        f"{spoken(expressed.max())}.",
        table=Table(
            ("share of rows below", "value", "re-expressed", "and back"),
            tuple(tuple(map(float, row)) for row in rows),
        ),
        facts={
            "mean": float(expressed.mean()),
            "std": float(expressed.std()),
            "skewness": _skewness(expressed),
            "skewness_before": _skewness(column),
        },
    )


def _skewness(values: Floats) -> float:
    apart = values - values.mean()
    return float((apart**3).mean() / (apart**2).mean() ** 1.5)
