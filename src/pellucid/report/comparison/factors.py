"""What mattered: the share of the differences that each factor makes, then what its values score."""

from collections.abc import Sequence

from pellucid.printable import THIN
from pellucid.records import ComparisonRunRecord
from pellucid.report.comparison.levels import level_chart, level_table
from pellucid.report.comparison.scale import Scale
from pellucid.report.markup import Content, Markup, element, join
from pellucid.report.tables import scrolled

__all__ = ["factors_section"]

BAR = 240
LEVEL = 0.05
"""Of the tests, as in the statistics."""


def factors_section(record: ComparisonRunRecord) -> Markup | None:
    """Bars for the shares where several factors vary, then every factor by itself; None where nothing is to be told."""
    judged = [each for each in record.variants if each.mean is not None]
    several = len(record.factors) > 1
    # Where each variant is a dot, its interval is not drawn and needs no room.
    estimates = [(each.mean, None, None) if several else (each.mean, each.low, each.high) for each in judged]
    scale = Scale.of(estimates, greater_is_better=record.greater_is_better)
    known = {each.factor: each for each in record.importance}
    parts: list[Content] = [_shares(record)] if several and known else []
    if scale is not None and len(judged) > 1:
        weight = {each.factor: each.share or 0.0 for each in record.importance}
        order = sorted(record.factors, key=lambda each: -weight.get(each.name, -1.0))
        figures = [
            level_chart(each, known.get(each.name), judged, record, scale)
            if each.scale != "named"
            else level_table(each, known.get(each.name), judged, record, scale)
            for each in order
            # A single factor with names is what the table of variants shows already.
            if len(each.values) > 1 and (several or each.scale != "named")
        ]
        parts += [element("div", *figures, class_="pair")] if figures else []
    return join(*parts) if parts else None


def _shares(record: ComparisonRunRecord) -> Markup:
    """What each factor makes of the differences between variants, with what they do together and chance."""
    # Where chance could have made the differences, no value is the best one.
    rows = [
        _share(each.factor, each.share, each.p, each.best if each.p is not None and each.p <= LEVEL else "")
        for each in record.importance
    ]
    if record.interplay is not None:
        name = "in combination" if record.noise is not None else "in combination, and chance"
        rows.append(_share(name, record.interplay, None, "", ours=False))
    if record.noise is not None:
        rows.append(_share("chance", record.noise, None, "", ours=False))
    heads: Sequence[tuple[str, str | None]] = (
        ("factor", None),
        ("share of the differences", None),
        ("", "number"),
        ("p", "number"),
        ("best on average", None),
    )
    table = element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col", class_=kind) for name, kind in heads))),
        element("tbody", *rows),
        class_="shares",
    )
    note = (
        "How much of the differences between the variants each factor makes on its own. p: that none of its values "
        "differs from another, corrected for all pairs of values of all factors."
    )
    return scrolled(table, "Factors", note=note)


def _share(name: str, share: float | None, p: float | None, best: str, *, ours: bool = True) -> Markup:
    told = "–" if share is None else f"{share * 100:.0f}{THIN}%" if share >= 0.005 or not share else f"< 1{THIN}%"
    bar = element(
        "svg",
        element("rect", x=0, y=2, width=BAR, height=10, class_="track"),
        element(
            "rect",
            x=0,
            y=2,
            width=round(BAR * min(max(share or 0.0, 0.0), 1.0), 1),
            height=10,
            class_="ours-dot" if ours else "rival-dot",
        ),
        viewBox=f"0 0 {BAR} 14",
        class_="whisker",
        preserveAspectRatio="xMinYMid meet",
        aria_hidden="true",
    )
    return element(
        "tr",
        element("th", name, scope="row", class_="name"),
        element("td", bar),
        element("td", told, class_="number"),
        element("td", "" if p is None else "< 0.0001" if p < 0.0001 else f"{p:.2g}", class_="number"),
        element("td", best, class_="short"),
    )
