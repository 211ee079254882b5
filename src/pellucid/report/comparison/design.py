"""How it was judged, and what is needed to get the same numbers again."""

from pellucid.evaluation import METRICS, format_difference, plural
from pellucid.printable import THIN
from pellucid.records import ComparisonRunRecord
from pellucid.report.comparison.words import judged_on, metric_title, scheme_of
from pellucid.report.markup import Content, Markup, element, join
from pellucid.report.tables import definitions

__all__ = ["again_section", "design_section"]

MOST_VALUES = 40
SCHEMES = {
    "k_fold": "drawn at random",
    "stratified": "drawn at random, with the classes in equal shares",
    "grouped": "drawn so that rows of one group stay together",
    "alike": "drawn so that equal rows stay together",
    "time": "later rows judge what earlier rows taught",
}


def design_section(record: ComparisonRunRecord) -> Markup:
    """What was varied, on which rows, how folds were drawn, and what that can tell apart."""
    design, split = record.design, record.split
    entries: list[tuple[str, Content]] = [(each.name, _values(each.values)) for each in record.factors]
    scheme = SCHEMES.get(scheme_of(record), scheme_of(record))
    entries.append(("folds", f"{design.get('folds')}, {scheme}"))
    complete, asked = design.get("complete"), design.get("seeds")
    entries.append(("seeds", str(asked) if complete == asked else f"{complete} of {asked} complete"))
    rows = f"{split.get('train_rows')} compared, {split.get('test_rows')} put aside"
    entries.append(("rows", f"{rows} ({split.get('drawn')})" if split.get("drawn") else rows))
    entries.append(("judged by", f"{metric_title(record)} on {judged_on(record)}"))
    entries.append(("networks", plural(record.networks, "network")))
    # So few replicates that only the impossible would be found tell nothing: shares differ by 1 at most.
    is_share = METRICS[record.metric].unit == "share"
    if record.detectable and not (is_share and record.detectable["difference"] > 1):
        size, power = record.detectable["difference"], record.detectable["power"]
        entries.append(
            (
                "smallest difference",
                f"{format_difference(record.metric, size)} would be found with probability {power * 100:.0f}{THIN}%"
                " between variants of middle noise",
            )
        )
    if record.memory:
        entries.append(("memory, predicted", _bytes(record.memory)))
    text = (
        "Every variant was trained on the same folds from the same seeds, so that chance is the same for all and "
        "cancels in the differences. Each fold's encoding was fitted on its own training rows."
    )
    return join(element("p", text), definitions(entries))


def again_section(record: ComparisonRunRecord) -> Markup:
    """The command, and the winner by itself."""
    parts: list[Content] = [element("p", "The same command, table and version give the same table of scores:")]
    parts.append(
        element(
            "pre", record.command or f"pl.compare({record.source.name!r}, target={record.target!r}, …)", class_="wrap"
        )
    )
    parts.append(element("p", "scores.csv beside this page holds the score of every network:"))
    parts.append(
        element(
            "pre", 'import pandas as pd\npd.read_csv("scores.csv").pivot_table("score", "variant", ["seed", "fold"])'
        )
    )
    return join(*parts)


def _values(values: tuple[str, ...]) -> str:
    more = f" and {len(values) - MOST_VALUES} more" if len(values) > MOST_VALUES else ""
    return ", ".join(values[:MOST_VALUES]) + more


def _bytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"
