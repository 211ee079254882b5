"""Who stands where: every variant with its mean, and its interval drawn on a scale that all share."""

from collections.abc import Sequence

from pellucid.evaluation import plural
from pellucid.records import ComparisonRunRecord, VariantRecord
from pellucid.report.comparison.scale import Estimate, Scale
from pellucid.report.comparison.words import Numbers, metric_title, shown_variants
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import scrolled

__all__ = ["standing_section"]

MOST = 40
"""Variants in the table; more are in comparison.json and scores.csv."""
ROOMY, MOST_FACTORS = 3, 5
"""Factors beside whose columns all else has room; and those that have columns at all: of more, names tell variants."""
VERDICTS = {"best": "best mean", "equal": "unclear", "worse": "worse", "untested": "", "failed": "failed"}
THIN = "\N{NARROW NO-BREAK SPACE}"
PLOT = 240


def standing_section(record: ComparisonRunRecord) -> Markup:
    """The table of variants, the best first, or along the one factor of numbers."""
    shown, factor = shown_variants(record, MOST, path=MOST)
    numbers = Numbers(record)
    scale = Scale.of([_estimate(each) for each in shown], greater_is_better=record.greater_is_better)
    failed = any(each.failed for each in shown)
    varied = [each.name for each in record.factors if len(each.values) > 1]
    apart = 2 <= len(varied) <= MOST_FACTORS and all(name in each.levels for name in varied for each in shown)
    columns = varied if apart else []
    heads = [
        _head("rank", "number"),
        *(_head(name, None) for name in columns or ["variant"]),
        _head("mean", "number"),
        _head(f"95{THIN}% interval", None),
        _head("", None),
        _head("against the best", None),
    ]
    heads += [_head("mean rank", "number spare"), _head("epochs", "number spare")] if len(columns) <= ROOMY else []
    heads += [_head("failed", "number")] if failed else []
    rows = [_row(each, columns, numbers, scale, failed=failed) for each in shown]
    table = element(
        "table", element("thead", element("tr", *heads)), element("tbody", *rows), class_="standing", data_sortable=True
    )
    order = f"in order of {factor.name}" if factor is not None else "the best first"
    note = (
        f"Mean {metric_title(record)}, {order}. The interval is that of each mean on its own; whether two variants "
        "differ is tested in pairs, on the same seeds and folds, which is more exact. Unclear: not to be told apart "
        "from the best."
    )
    hidden = len(record.variants) - len(shown)
    unjudged = sum(not each.rank for each in record.variants)
    more = []
    if hidden - unjudged > 0:
        more.append(f"{plural(hidden - unjudged, 'more variant')} in comparison.json and scores.csv.")
    if unjudged:
        more.append(f"{plural(unjudged, 'variant')} without a score.")
    return join(scrolled(table, "Variants", note=note), element("p", " ".join(more), class_="quiet") if more else None)


def _row(
    variant: VariantRecord,
    columns: Sequence[str],
    numbers: Numbers,
    scale: Scale | None,
    *,
    failed: bool,
) -> Markup:
    names = [variant.levels[name] for name in columns] or [variant.name]
    interval = numbers.interval(variant.low, variant.high)
    cells: list[Markup] = [
        element("td", str(variant.rank), class_="number"),
        element("th", names[0], scope="row", class_="cell" if columns else "name"),
        *(element("td", name, class_="cell") for name in names[1:]),
        element("td", "–" if variant.mean is None else numbers.value(variant.mean), class_="number"),
        element("td", None if scale is None else _interval_svg(_estimate(variant), scale, best=variant.rank == 1)),
        element("td", interval, class_="short quiet"),
        element("td", VERDICTS.get(variant.verdict, variant.verdict), class_="short"),
    ]
    if len(columns) <= ROOMY:
        mean_rank = "–" if variant.mean_rank is None else f"{variant.mean_rank:.1f}"
        cells.append(element("td", mean_rank, class_="number spare"))
        cells.append(element("td", f"{variant.epochs:.0f}", class_="number spare"))
    if failed:
        cells.append(element("td", str(variant.failed) if variant.failed else "·", class_="number"))
    kind = "ours" if variant.rank == 1 else "out" if variant.verdict in ("worse", "failed") else None
    return element("tr", *cells, class_=kind)


def _interval_svg(estimate: Estimate, scale: Scale, *, best: bool = False) -> Markup:
    """One interval with its mean; the numbers stand beside it, so it is silent."""
    mean, low, high = estimate

    def place(value: float) -> float:
        return round(6 + (PLOT - 12) * scale.share(value), 1)

    kind = "ours" if best else "rival"
    drawn: list[Markup] = [element("line", x1=0, x2=PLOT, y1=7, y2=7, class_="axis")]
    if mean is not None:
        if low is not None and high is not None:
            drawn.append(element("line", x1=place(low), x2=place(high), y1=7, y2=7, class_=f"{kind}-line"))
        # What lies beyond the scale is drawn hollow at its end.
        beyond = not scale.low <= mean <= scale.high
        drawn.append(element("circle", cx=place(mean), cy=7, r=4.5, class_="best" if beyond else f"{kind}-dot"))
    return element(
        "svg",
        *drawn,
        viewBox=f"0 0 {PLOT} 14",
        class_="whisker",
        preserveAspectRatio="xMinYMid meet",
        aria_hidden="true",
    )


def _estimate(variant: VariantRecord) -> Estimate:
    return variant.mean, variant.low, variant.high


def _head(name: str, kind: str | None) -> Markup:
    return element("th", name, scope="col", class_=kind)
