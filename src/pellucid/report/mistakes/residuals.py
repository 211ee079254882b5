"""The errors of predicted numbers: how large, which way they lean, where, and the worst rows."""

from collections.abc import Sequence
from typing import Any

from pellucid.evaluation import format_count, format_number, format_percent, plural
from pellucid.report.axes import Axis, frame
from pellucid.report.figure import figure
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import lined_up, scrolled

__all__ = ["residual_section"]


def residual_section(residuals: dict[str, Any], target: str) -> Markup:
    """How large the errors are, which way they lean, where, and the worst rows."""
    spread, lean = residuals["truth_spread"], residuals["mean_error"]
    rows = residuals["rows"]
    sentences = [
        f"Half of the predictions are within {format_number(residuals['median_absolute'])} of the truth; "
        f"{format_percent(residuals['within_10_percent'])} are within a tenth of it."
    ]
    # A mean error beyond twice its own standard error would need more numbers than are kept; a hundredth of the
    # target's spread is where a lean starts to matter to a reader.
    if spread and abs(lean) >= 0.01 * spread:
        sentences.append(f"On average they are {format_number(abs(lean))} too {'high' if lean > 0 else 'low'}.")
    quantiles = residuals["quantiles"]
    names = {"0.05": "5 %", "0.25": "25 %", "0.5": "middle", "0.75": "75 %", "0.95": "95 %"}
    ordered = [name for name in names if name in quantiles]
    table = lined_up(
        [names[name] for name in ordered], [[format_number(quantiles[name], sign=True) for name in ordered]], words=0
    )
    worst = lined_up(
        ("row", "true", "predicted", "off by"),
        (
            (
                format_count(row["row"]),
                format_number(row["truth"]),
                format_number(row["predicted"]),
                format_number(row["predicted"] - row["truth"], sign=True),
            )
            for row in residuals["worst"]
        ),
        words=0,
    )
    return join(
        element("p", " ".join(sentences)),
        element(
            "div",
            _against_truth(residuals["groups"], target),
            element(
                "div",
                scrolled(
                    table, "Quantiles of the error", note="Predicted minus true: the share of rows below each value"
                ),
                scrolled(
                    worst,
                    "Largest misses",
                    note=f"The largest misses among {plural(rows, 'test row')}; row 1 is the table's first row of data",
                ),
            ),
            class_="pair",
        ),
    )


def _against_truth(groups: Sequence[dict[str, float]], target: str) -> Markup:
    """Predictions in about ten groups against what was true: on the dotted line they are right on average."""
    everything = [group[name] for group in groups for name in ("predicted", "truth", "low", "high")]
    low, high = min(everything), max(everything)
    x = Axis.of(min(g["predicted"] for g in groups), max(g["predicted"] for g in groups))
    y = Axis.of(low, high)
    start, stop = max(x.low, y.low), min(x.high, y.high)
    drawn = []
    if stop > start:
        drawn.append(
            element("line", x1=x.across(start), y1=y.up(start), x2=x.across(stop), y2=y.up(stop), class_="diagonal")
        )
    for group in groups:
        place = x.across(group["predicted"])
        drawn.append(
            element("line", x1=place, x2=place, y1=y.up(group["low"]), y2=y.up(group["high"]), class_="ours-line")
        )
        drawn.append(element("circle", cx=place, cy=y.up(group["truth"]), r=4, class_="ours-dot"))
    summary = "; ".join(f"predicted {format_number(g['predicted'])}, true {format_number(g['truth'])}" for g in groups)
    table = lined_up(
        ("predicted, mean", "true, mean", "8 in 10 from", "to"),
        ([format_number(g[name]) for name in ("predicted", "truth", "low", "high")] for g in groups),
        words=0,
    )
    return figure(
        f"{target}: true against predicted",
        frame(x, y, join(*drawn), title=f"Mean truth by group of predictions: {summary}.", below="predicted"),
        table,
        caption="Dot: mean truth of a tenth of the rows, in order of prediction. Bar: where 8 in 10 of them lie. "
        "Dotted: truth = prediction.",
    )
