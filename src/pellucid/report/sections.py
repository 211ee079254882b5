"""The sections of the page, each from the run record alone."""

from typing import Any

from pellucid.evaluation import (
    METRICS,
    describe_difference,
    format_count,
    format_interval,
    format_number,
    format_seconds,
    format_value,
    plural,
)
from pellucid.records import BaselineRecord, Finding, Recipe, RunRecord, Score, Severity
from pellucid.report.markup import Content, Markup, element, join
from pellucid.report.tables import definitions, scrolled

__all__ = [
    "columns_section",
    "findings_section",
    "provenance_section",
    "scores_section",
    "training_section",
    "use_section",
]

MOST_COLUMNS = 300
"""A table of thousands of columns is not read on a page; the rest is in record.json."""
SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
"""What a person calls them, the gravest first."""


def scores_section(record: RunRecord) -> Markup:
    """The networks beside the plain models on the same rows."""
    names = [score.metric for score in record.test]
    differences = {comparison.baseline: describe_difference(comparison) for comparison in record.comparisons}
    everything = [score for row in (record.test, *(b.scores for b in record.baselines)) for score in row[:1]]
    low = min((score.value if score.low is None else score.low) for score in everything)
    high = max((score.value if score.high is None else score.high) for score in everything)
    title = "These networks" if len(record.members) != 1 else "This network"
    rows = [
        _score_row(
            title,
            f"{plural(len(record.members), 'network')} {record.network}, {record.activation}",
            record.test,
            names,
            low,
            high,
            ours=True,
        )
    ]
    for baseline in sorted(record.baselines, key=_rank):
        words = differences.get(baseline.name, "")
        words = f"{'difference' if words.startswith('within') else 'networks'} {words}" if words else ""
        rows.append(_score_row(baseline.title, words, baseline.scores, names, low, high, ours=False))
    heads = []
    for place, name in enumerate(names):
        arrow = " ↑" if METRICS[name].greater_is_better else " ↓"
        heads.append(element("th", METRICS[name].title + arrow, scope="col", class_="number" if place else None))
    table = element(
        "table",
        element("thead", element("tr", element("th", "model", scope="col"), *heads)),
        element("tbody", *rows),
        class_="scores",
    )
    note = (
        "On the test rows, which neither training nor the choice of epochs has seen. In brackets and as a bar: "
        "95\N{NARROW NO-BREAK SPACE}% bootstrap interval. ↑ more is better, ↓ less is better."
    )
    return scrolled(table, "Scores", note=note)


def _rank(baseline: BaselineRecord) -> int:
    # The strongest rivals first, the trivial one last.
    order = ("boosting", "linear", "majority")
    return order.index(baseline.name) if baseline.name in order else 0


def _score_row(
    title: str, words: str, scores: tuple[Score, ...], names: list[str], low: float, high: float, *, ours: bool
) -> Markup:
    found = {score.metric: score for score in scores}
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
            cells.append(element("td", format_value(name, score.value), small, _whisker(score, low, high, ours=ours)))
    label = join(title, element("small", words) if words else None)
    return element("tr", element("th", label, scope="row", class_="name"), *cells, class_="ours" if ours else None)


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


def use_section(record: RunRecord) -> Markup:
    """How to predict with what was trained, and what it needs."""
    given = " --no-header" if record.options.get("header") is False else ""
    proba = " --proba" if record.task != "regression" else ""
    used = [column.name for column in record.columns if column.used]
    more = f" … and {format_count(len(used) - 40)} more" if len(used) > 40 else ""
    python = ["import pellucid as pl", 'model = pl.load("model.safetensors")', 'model.predict("new.csv")']
    if record.task != "regression":
        python.append(
            'model.predict_proba("new.csv")    # columns: '
            + ", ".join(map(_short, record.classes[:6]))
            + (" …" if len(record.classes) > 6 else "")
        )
    return join(
        element(
            "p",
            "The model file stands beside this page. A new table needs the columns below by name; their order, and "
            "further columns, do not matter.",
        ),
        element("pre", f"pellucid predict model.safetensors new.csv{given} -o predictions.csv{proba}"),
        element("pre", "\n".join(python)),
        element("p", ", ".join(used) + more, class_="code quiet name"),
    )


def _short(label: str) -> str:
    return " ".join(label.split())[:24]


def findings_section(record: RunRecord) -> Markup:
    """Findings, the gravest first."""
    if not record.findings:
        return element("p", "Nothing to report about the data or the training.")
    order = list(SEVERITIES)
    ordered = sorted(record.findings, key=lambda finding: order.index(finding.severity))
    return element("ul", *(_finding(finding) for finding in ordered), class_="findings")


def _finding(finding: Finding) -> Markup:
    # What the sentence says already is not said again.
    shown = ((name, _plain(value)) for name, value in finding.evidence.items())
    evidence = " · ".join(f"{name} {value}" for name, value in shown if value not in finding.message)
    return element(
        "li",
        element(
            "p",
            element("strong", SEVERITIES[finding.severity], class_="level"),
            "  ",
            element("span", f"{finding.code} {finding.slug}", class_="code quiet"),
        ),
        element("p", finding.message),
        element("p", finding.fix) if finding.fix else None,
        element("p", evidence, class_="quiet code") if evidence else None,
        class_=finding.severity.value,
    )


def columns_section(record: RunRecord) -> Markup:
    """What the networks saw and what was left out, with the reason."""
    used = [column for column in record.columns if column.used]
    inputs = sum(column.inputs for column in used)
    left_out = [column for column in record.columns if not column.used and column.name != record.target]
    spared = plural(len(left_out), "column") if left_out else "none"
    words = f"{plural(len(used), 'column')} became {plural(inputs, 'input')}; {spared} left out."
    shown = sorted(record.columns, key=lambda column: (column.name != record.target, not column.used))[:MOST_COLUMNS]
    rows = []
    for column in shown:
        is_target = column.name == record.target
        role = "target" if is_target else plural(column.inputs, "input") if column.used else "left out"
        rows.append(
            element(
                "tr",
                element("th", column.name, scope="row", class_="name"),
                element("td", column.kind),
                element("td", role, class_="short"),
                element("td", format_count(column.missing) if column.missing else "·", class_="number"),
                element("td", format_count(column.distinct), class_="number"),
                element("td", column.reason, class_="name"),
                class_=None if column.used or is_target else "out",
            )
        )
    heads = (
        ("column", None),
        ("kind", None),
        ("became", None),
        ("missing", "number"),
        ("distinct", "number"),
        ("why", None),
    )
    table = element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col", class_=kind) for name, kind in heads))),
        element("tbody", *rows),
    )
    hidden = len(record.columns) - len(shown)
    rest = element("p", f"{plural(hidden, 'more column')} in record.json.", class_="quiet") if hidden else None
    return join(element("p", words), scrolled(table, "Columns"), rest)


def training_section(record: RunRecord) -> Markup:
    """Every member's course and the recipe they share."""
    heads = ("network", "seed", "rows", "validation", "epochs", "epoch kept", "best validation")
    rows = [
        element(
            "tr",
            element("th", format_count(place), scope="row", class_="number"),
            element("td", str(member.seed), class_="number"),
            element("td", format_count(member.train_rows), class_="number"),
            element("td", format_count(member.validation_rows), class_="number"),
            element("td", format_count(member.epochs), class_="number"),
            element("td", format_count(member.best_epoch), class_="number"),
            element("td", format_number(member.best_validation), class_="number"),
            element("td", member.ended),
        )
        for place, member in enumerate(record.members, start=1)
    ]
    table = element(
        "table",
        element(
            "thead",
            element(
                "tr",
                *(element("th", name, scope="col", class_="number") for name in heads),
                element("th", "ended", scope="col"),
            ),
        ),
        element("tbody", *rows),
    )
    return join(
        scrolled(table, "Networks"),
        element(
            "details",
            element("summary", "Recipe: what differs from the plain one"),
            definitions((name, _plain(value)) for name, value in _unusual(record.recipe)),
        ),
    )


def _unusual(recipe: Recipe) -> list[tuple[str, Any]]:
    plain = Recipe()
    always = {"hidden", "activation", "optimizer", "lr", "batch_size", "epochs"}
    return [
        (name, getattr(recipe, name))
        for name in Recipe.__struct_fields__
        if name != "seed" and (name in always or getattr(recipe, name) != getattr(plain, name))
    ]


def provenance_section(record: RunRecord) -> Markup:
    """What is needed to get the same numbers again, and to know that the files are the ones meant."""
    entries: list[tuple[str, Content]] = [
        ("command", element("span", record.command, class_="code")),
        ("created", record.created),
        (
            "table",
            f"{record.source.name}, {_size(record)}",
        ),
        ("sha256 of the table", element("span", record.source.sha256, class_="code")),
    ]
    groups = (
        ("split", record.split),
        ("options", record.options),
        ("preparation", record.preparation),
        ("environment", record.environment),
    )
    entries += [(name, _pairs(values)) for name, values in groups if values]
    entries.append(("seconds", " · ".join(f"{name} {format_seconds(value)}" for name, value in record.seconds.items())))
    entries += [
        (f"sha256 of {name}", element("span", digest, class_="code"))
        for name, digest in sorted(record.artifacts.items())
    ]
    return definitions(entries)


def _size(record: RunRecord) -> str:
    return f"{plural(record.source.rows, 'row')} × {plural(len(record.source.columns), 'column')}"


def _pairs(values: dict[str, Any]) -> str:
    return " · ".join(f"{name} {_plain(value)}" for name, value in values.items() if value not in (None, [], (), {}))


def _plain(value: Any) -> str:
    """A JSON value in one line, long ones cut: the whole of it is in record.json."""
    if isinstance(value, dict):
        text = ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    elif isinstance(value, list | tuple):
        text = ", ".join(_plain(inner) for inner in value) or "none"
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, float):
        text = format_number(value)
    elif isinstance(value, int):
        text = format_count(value)
    else:
        text = "none" if value is None else str(value)
    return text if len(text) <= 300 else text[:299] + "…"
