"""Where the errors are: the confusion table of classes, or the residuals of a regression."""

from collections.abc import Sequence
from typing import Any

from pellucid.evaluation import format_count, format_number, format_percent, plural
from pellucid.report.axes import Axis, frame
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import scrolled

__all__ = ["confusion_section", "residual_section"]

MOST_CLASSES = 40
"""More make a table that nobody reads; the most frequent mix-ups are listed all the same."""
DENSE_FROM = 11
MOST_MIXED_UP = 5


def confusion_section(confusion: dict[str, Any]) -> Markup:
    """The table with the share found of each class, and the most frequent mix-ups in words."""
    labels: list[str] = confusion["labels"]
    table: list[list[int]] = confusion["table"]
    parts = [_mixed_up(labels, table)]
    if len(labels) <= MOST_CLASSES:
        parts.append(_matrix(labels, table))
    else:
        parts.append(
            element(
                "p",
                f"The full table of {len(labels)} classes is in record.json under detail.confusion.",
                class_="quiet",
            )
        )
    return join(*parts)


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
    table = element(
        "table",
        element(
            "thead", element("tr", *(element("th", names[name], scope="col", class_="number") for name in ordered))
        ),
        element(
            "tbody",
            element(
                "tr", *(element("td", format_number(quantiles[name], sign=True), class_="number") for name in ordered)
            ),
        ),
    )
    worst = element(
        "table",
        element(
            "thead",
            element(
                "tr",
                *(element("th", name, scope="col", class_="number") for name in ("row", "true", "predicted", "off by")),
            ),
        ),
        element(
            "tbody",
            *(
                element(
                    "tr",
                    element("td", format_count(row["row"]), class_="number"),
                    element("td", format_number(row["truth"]), class_="number"),
                    element("td", format_number(row["predicted"]), class_="number"),
                    element("td", format_number(row["predicted"] - row["truth"], sign=True), class_="number"),
                )
                for row in residuals["worst"]
            ),
        ),
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


def _mixed_up(labels: Sequence[str], table: Sequence[Sequence[int]]) -> Markup:
    pairs = [
        (count, truth, said)
        for truth, row in enumerate(table)
        for said, count in enumerate(row)
        if truth != said and count
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    if not pairs:
        return element("p", "No row was taken for another class.")
    total = sum(count for count, _, _ in pairs)
    if len(labels) == 2:
        named = [
            f"{plural(count, 'time')} “{labels[said]}” for a true “{labels[truth]}”" for count, truth, said in pairs
        ]
        return element("p", f"{plural(total, 'mistake')}: {', '.join(named)}.")
    named = [f"“{labels[said]}” for a true “{labels[truth]}” ({format_count(count)})" for count, truth, said in pairs]
    return element("p", f"{plural(total, 'mistake')}. Most often: {', '.join(named[:MOST_MIXED_UP])}.")


def _matrix(labels: Sequence[str], table: Sequence[Sequence[int]]) -> Markup:
    said = [sum(row[place] for row in table) for place in range(len(labels))]
    head = element(
        "tr",
        element("th", "true ↓   said →", scope="col"),
        *(element("th", label, scope="col", title=label) for label in labels),
        element("th", "found", scope="col", class_="edge"),
    )
    body = []
    for place, (label, row) in enumerate(zip(labels, table, strict=True)):
        total = sum(row)
        cells = [
            element("td", format_count(count) if count else "·", class_=_shade(count, total, right=place == column))
            for column, count in enumerate(row)
        ]
        found = format_percent(row[place] / total) if total else "no rows"
        body.append(
            element("tr", element("th", label, scope="row", title=label), *cells, element("td", found, class_="edge"))
        )
    right = [format_percent(table[place][place] / count) if count else "never said" for place, count in enumerate(said)]
    dense = len(labels) >= DENSE_FROM
    foot = None
    if not dense:
        foot = element(
            "tfoot",
            element(
                "tr",
                element("th", "right when said", scope="row"),
                *(element("td", share, class_="edge") for share in right),
                element("td"),
            ),
        )
    whole = element(
        "table",
        element("thead", head),
        element("tbody", *body),
        foot,
        class_="matrix dense" if dense else "matrix",
    )
    return scrolled(whole, "Confusion table", note="Rows of each true class by the class that was said")


def _shade(count: int, total: int, *, right: bool) -> str | None:
    if not count:
        return None
    share = count / total
    step = (
        1 + (share > 0.25) + (share > 0.5) + (share > 0.75)
        if right
        else 1 + (share > 0.05) + (share > 0.15) + (share > 0.3)
    )
    return f"{'r' if right else 'w'}{step}"


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
    return element(
        "figure",
        element("p", f"{target}: true against predicted", class_="chart-title"),
        frame(x, y, join(*drawn), title=f"Mean truth by group of predictions: {summary}.", below="predicted"),
        element(
            "figcaption",
            "Dot: mean truth of a tenth of the rows, in order of prediction. Bar: where 8 in 10 of them lie. "
            "Dotted: truth = prediction.",
        ),
    )
