"""The networks beside the plain models on the same rows: all targets together, then each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.evaluation import METRICS, describe_difference, format_interval, format_value, plural
from pellucid.records import BaselineRecord, ComparisonRecord, RunRecord, Score
from pellucid.report.markup import Content, Markup, element, join
from pellucid.report.tables import lined_up, scrolled
from pellucid.report.words import percent, shortened

__all__ = ["Contender", "contenders_table", "plain_contenders", "scores_section", "target_scores"]

MOST_TARGETS = 100
"""More are in the record."""


@dataclass(frozen=True)
class Contender:
    """One model among those that were judged on the same rows.

    Attributes:
        title: For people.
        words: Said below it, such as how the networks compare with it.
        scores: The primary metric first.
        ours: Whether the page is about it.
    """

    title: str
    words: str
    scores: tuple[Score, ...]
    ours: bool = False


def scores_section(record: RunRecord) -> Markup:
    """The networks beside the plain models on the same rows."""
    title = "These networks" if len(record.members) != 1 else "This network"
    words = f"{plural(len(record.members), 'network')} {record.network}, {record.activation}"
    own = Contender(title, words, record.test, ours=True)
    note = "On the test rows, which neither training nor the choice of epochs has seen."
    rivals = plain_contenders(record.baselines, record.comparisons)
    return join(contenders_table([own, *rivals], note=note), target_scores(record))


def plain_contenders(baselines: Sequence[BaselineRecord], comparisons: Sequence[ComparisonRecord]) -> list[Contender]:
    """The plain models, the strongest first, each with how the networks compare with it."""
    differences = {comparison.baseline: describe_difference(comparison) for comparison in comparisons}
    found = []
    for baseline in sorted(baselines, key=_rank):
        words = differences.get(baseline.name, "")
        words = f"{'difference' if words.startswith('within') else 'networks'} {words}" if words else ""
        found.append(Contender(baseline.title, words, baseline.scores))
    return found


def contenders_table(contenders: Sequence[Contender], *, note: str) -> Markup:
    """All of them with their scores; the primary metric also as an interval on a scale that all share.

    Args:
        contenders: The first one says which metrics there are.
        note: On which rows they are judged.
    """
    first = contenders[0].scores
    names = [score.metric for score in first if not score.target]
    everything = [score for each in contenders for score in each.scores[:1]]
    low = min((score.value if score.low is None else score.low) for score in everything)
    high = max((score.value if score.high is None else score.high) for score in everything)
    heads = [
        element("th", _head(score), scope="col", class_="number" if place else None)
        for place, score in enumerate(first[: len(names)])
    ]
    table = element(
        "table",
        element("thead", element("tr", element("th", "model", scope="col"), *heads)),
        element("tbody", *(_score_row(each, names, low, high) for each in contenders)),
        class_="scores",
        data_sortable=True,
    )
    note += " In brackets and as a bar: 95\N{NARROW NO-BREAK SPACE}% bootstrap interval."
    note += " ↑ more is better, ↓ less is better."
    if any(score.aim is not None for score in first):
        note += " → the value to be met."
    return scrolled(table, "Scores", note=note)


def _head(score: Score) -> str:
    """A metric with its direction, or with the value that is to be met."""
    metric = METRICS[score.metric]
    if metric.greater_is_better is None:
        return metric.title if score.aim is None else f"{metric.title} → {percent(score.aim)}"
    return f"{metric.title} {'↑' if metric.greater_is_better else '↓'}"


def target_scores(record: RunRecord, *, file: str = "record.json") -> Markup | None:
    """The targets one by one, each in its own unit; None where there is one.

    Args:
        record: The run.
        file: Where a reader finds what the page has no room for.
    """
    names = list(dict.fromkeys(score.target for score in record.test if score.target))
    if not names:
        return None
    first, *others = dict.fromkeys(score.metric for score in record.test if score.target)
    baselines = sorted(record.baselines, key=_rank)
    rows = []
    for name in names[:MOST_TARGETS]:
        own = _of_target(record.test, name)
        cells: list[Content] = [name, _cell(own.get(first))]
        for baseline in baselines:
            rival = _of_target(baseline.scores, name).get(first)
            cells.append("–" if rival is None else format_value(first, rival.value))
        rows.append([*cells, *(_cell(own.get(metric)) for metric in others)])
    title = "these networks" if len(record.members) != 1 else "this network"
    heads = ["target", title, *(baseline.title for baseline in baselines)]
    heads += [_head(Score(metric=metric, value=0.0)) for metric in others]
    whose = "the networks" if len(record.members) != 1 else "the network"
    note = (
        f"Target by target, each in its own unit: {METRICS[first].title} (less is better) of {whose} and of the plain "
        f"models, then {' and '.join(METRICS[metric].title for metric in others)} of {whose}."
    )
    hidden = len(names) - MOST_TARGETS
    rest = element("p", f"{hidden} more targets are in {file}.", class_="quiet") if hidden > 0 else None
    return join(scrolled(lined_up(heads, rows, class_="scores"), "Scores of each target", note=note), rest)


def _of_target(scores: Sequence[Score], name: str) -> dict[str, Score]:
    return {score.metric: score for score in scores if score.target == name}


def _cell(score: Score | None) -> Content:
    if score is None:
        return "–"
    interval = format_interval(score.metric, score.low, score.high)
    value = format_value(score.metric, score.value)
    return join(value, element("small", f"({interval})")) if interval else value


def _rank(baseline: BaselineRecord) -> int:
    # The strongest rivals first, the trivial one last.
    order = ("boosting", "neighbours", "linear", "principal", "majority")
    return order.index(baseline.name) if baseline.name in order else 0


def _score_row(contender: Contender, names: list[str], low: float, high: float) -> Markup:
    found = {score.metric: score for score in contender.scores if not score.target}
    cells = []
    for place, name in enumerate(names):
        score = found.get(name)
        if score is None:
            cells.append(element("td", "–", class_="number" if place else None))
            continue
        interval = format_interval(name, score.low, score.high)
        small = element("small", f"({interval})") if interval else None
        if place:
            cells.append(element("td", format_value(name, score.value), small, class_="number"))
        else:
            cells.append(
                element("td", format_value(name, score.value), small, _whisker(score, low, high, ours=contender.ours))
            )
    words = element("small", shortened(contender.words)) if contender.words else None
    label = join(shortened(contender.title), words)
    return element(
        "tr", element("th", label, scope="row", class_="name"), *cells, class_="ours" if contender.ours else None
    )


def _whisker(score: Score, low: float, high: float, *, ours: bool) -> Markup:
    """The interval as a bar on the scale that all rows share; the numbers stand beside it, so it is silent."""
    room = (high - low) or 1.0

    def place(value: float) -> float:
        return round(6 + 188 * (value - low) / room, 1)

    kind = "ours" if ours else "rival"
    ends = (score.value if score.low is None else score.low, score.value if score.high is None else score.high)
    return element(
        "svg",
        element("line", x1=0, x2=200, y1=7, y2=7, class_="axis"),
        element("line", x1=place(ends[0]), x2=place(ends[1]), y1=7, y2=7, class_=f"{kind}-line"),
        element("circle", cx=place(score.value), cy=7, r=4.5, class_=f"{kind}-dot"),
        viewBox="0 0 200 14",
        class_="whisker",
        preserveAspectRatio="xMinYMid meet",
        aria_hidden="true",
    )
