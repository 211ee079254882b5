"""How far predicted numbers may be off: the share of the test rows within each distance, and every row as a dot."""

import numpy as np

from pellucid.evaluation import format_number, format_percent
from pellucid.report.axes import BOX, Axis, frame
from pellucid.report.figure import curve_data, entry, few, figure
from pellucid.report.markup import Markup, element, join
from pellucid.report.sure.predictions import NumberPredictions
from pellucid.report.tables import lined_up

__all__ = ["distance_figure", "scatter_figure"]

SHARES = (0.25, 0.5, 0.68, 0.8, 0.9, 0.95, 0.99)
MOST_DOTS = 500
MOST_POINTS = 150


def distance_figure(found: NumberPredictions) -> Markup:
    """Share of the rows within each distance of the truth."""
    off = np.sort(np.abs(found.said - found.truth))
    shares = np.arange(1, len(off) + 1) / len(off)
    # The farthest hundredth would squeeze all others together.
    reach = float(np.quantile(off, 0.99)) or float(off[-1])
    x, y = Axis.of(0.0, reach), Axis(0.0, 1.0, (0, 0.25, 0.5, 0.75, 1.0))
    inside = np.flatnonzero(off <= reach)
    places = [int(inside[place]) for place in few(len(inside), MOST_POINTS)]
    points = [f"{x.across(0):g},{y.up(0):g}"]
    points += [f"{x.across(float(off[place])):g},{y.up(float(shares[place])):g}" for place in places]
    quantiles = [(share, float(np.quantile(off, share))) for share in SHARES]
    told = ", ".join(f"{format_percent(share)} within {format_number(value)}" for share, value in quantiles[1:6])
    grid = np.linspace(0, reach, 101)
    read = {"name": "share", "value": (np.searchsorted(off, grid, side="right") / len(off)).tolist()}
    return figure(
        "How far off",
        frame(
            x,
            y,
            join(element("polyline", points=" ".join(points), class_="mean", data_line="share")),
            title=f"Share of the test rows within each distance of the truth: {told}.",
            below="distance from the truth",
        ),
        lined_up(
            ("share of rows", "within"),
            ((format_percent(share), format_number(value)) for share, value in quantiles),
            words=0,
        ),
        caption="Share of the test rows whose prediction is at most so far from the truth.",
        kind="curves",
        data=curve_data("distance", grid.tolist(), [read], box=BOX, axis=x),
    )


def scatter_figure(found: NumberPredictions, target: str) -> Markup:
    """Predicted against true, a dot for each row, or for evenly many of them."""
    order = np.argsort(found.truth, kind="stable")
    shown = order[few(len(order), MOST_DOTS)]
    truth, said = found.truth[shown], found.said[shown]
    x = Axis.of(float(truth.min()), float(truth.max()))
    y = Axis.of(float(said.min()), float(said.max()))
    drawn = []
    low, high = max(x.low, y.low), min(x.high, y.high)
    if high > low:
        drawn.append(
            element("line", x1=x.across(low), y1=y.up(low), x2=x.across(high), y2=y.up(high), class_="diagonal")
        )
    drawn += [
        element("circle", cx=x.across(float(true)), cy=y.up(float(own)), r=2.4, class_="cloud")
        for true, own in zip(truth, said, strict=True)
    ]
    tenths = [order[places] for places in np.array_split(np.arange(len(order)), min(10, len(order)))]
    rows = [
        tuple(
            format_number(float(value))
            for value in (found.truth[t].min(), found.truth[t].max(), np.median(found.said[t]), np.mean(found.said[t]))
        )
        for t in tenths
    ]
    part = "" if len(shown) == len(order) else f", {len(shown)} of {len(order)} test rows"
    kept = float(np.corrcoef(truth, said)[0, 1]) if truth.std() and said.std() else 0.0
    return figure(
        f"{target}: predicted against true{part}",
        frame(
            x,
            y,
            join(*drawn),
            title=f"Predicted against true {target}, correlation {kept:.2f}.",
            below="true (across), predicted (up)",
        ),
        lined_up(("true from", "to", "predicted, middle", "predicted, mean"), rows, words=0),
        legend=[
            entry(element("circle", cx=13, cy=5, r=2.4, class_="cloud"), "a test row"),
            entry(element("line", x1=0, y1=5, x2=26, y2=5, class_="diagonal"), "prediction = truth"),
        ],
    )
