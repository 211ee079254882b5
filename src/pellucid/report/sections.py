"""The sections of the page, each from the run record alone."""

from collections.abc import Sequence
from typing import Any

from pellucid.evaluation import format_count, format_number, format_seconds, plural
from pellucid.records import Finding, Recipe, RunRecord, Severity
from pellucid.report.markup import Content, Markup, element, join
from pellucid.report.tables import definitions, scrolled
from pellucid.report.words import percent, shortened

__all__ = [
    "columns_section",
    "findings_section",
    "provenance_section",
    "training_section",
    "use_section",
]

MOST_COLUMNS = 300
"""A table of thousands of columns is not read on a page; the rest is in the record."""
SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
"""What a person calls them, the gravest first."""


def use_section(record: RunRecord) -> Markup:
    """How to predict with what was trained, and what it needs."""
    given = " --no-header" if record.options.get("header") is False else ""
    sure = _has_probabilities(record)
    proba = " --proba" if sure else ""
    used = [column.name for column in record.columns if column.used]
    more = f" … and {format_count(len(used) - 40)} more" if len(used) > 40 else ""
    several = record.target_columns if len(record.target_columns) > 1 and record.task != "multilabel" else ()
    columns: Sequence[str] = _unit_columns(record) or [*map(percent, record.levels)]
    columns = columns or (record.classes if record.task == "distribution" else several)
    said = 'model.predict("new.csv")'
    python = ["import pellucid as pl", 'model = pl.load("model.safetensors")']
    python.append(f"{said}    # columns: {_first(columns)}" if len(columns) > 1 else said)
    if sure:
        python.append(f'model.predict_proba("new.csv")    # columns: {_first(record.classes)}')
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


def _unit_columns(record: RunRecord) -> list[str]:
    """Values of a vector or of a code."""
    recipe = record.recipe
    if record.task == "embedding":
        return [f"vector{place}" for place in range(recipe.outputs or 0)]
    if record.task == "reconstruction":
        # The narrow layer in the middle of the mirrored ones.
        return [f"code{place}" for place in range(recipe.hidden[len(recipe.hidden) // 2])]
    return []


def _has_probabilities(record: RunRecord) -> bool:
    """Whether classes or labels come with probabilities: not from networks that tell them by scores."""
    if record.task in ("binary", "multiclass", "multilabel"):
        return not record.test or any(score.metric == "log_loss" for score in record.test)
    return record.task == "ordinal"


def _first(names: Sequence[str]) -> str:
    return ", ".join(map(_short, names[:6])) + (" …" if len(names) > 6 else "")


def _short(label: str) -> str:
    return " ".join(label.split())[:24]


def findings_section(record: RunRecord) -> Markup:
    """Findings, the gravest first."""
    doctor = _doctor_sentences(record)
    if not record.findings:
        return join(element("p", "Nothing to report about the data or the training."), doctor)
    order = list(SEVERITIES)
    ordered = sorted(record.findings, key=lambda finding: order.index(finding.severity))
    return join(element("ul", *(_finding(finding) for finding in ordered), class_="findings"), doctor)


def _doctor_sentences(record: RunRecord) -> Markup | None:
    """How much the doctor looked at; what it found stands among the findings."""
    if record.doctor is None:
        return None
    own = [each for each in record.findings if not each.code.startswith("B") and each.severity is not Severity.INFO]
    if not record.doctor.checks:
        return element("p", "Doctor: nothing could be checked.", class_="quiet")
    checks = plural(record.doctor.checks, "check")
    found = f"{plural(len(own), 'mistake')} above" if own else "nothing wrong found"
    return element(
        "p", " ".join((f"Doctor: {found} in {checks} of the training.", *record.doctor.blind)), class_="quiet"
    )


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
        element("p", shortened(finding.message)),
        element("p", shortened(finding.fix)) if finding.fix else None,
        element("p", f"Tried: {finding.tried}") if finding.tried else None,
        element("p", finding.seen, class_="quiet") if finding.seen else None,
        element("ul", *(_effect(each) for each in finding.effects)) if finding.effects else None,
        element("p", shortened(evidence), class_="quiet code") if evidence else None,
        class_=finding.severity.value,
    )


def _effect(finding: Finding) -> Markup:
    """What a finding brings about."""
    code = element("span", f"{finding.code} {finding.slug}", class_="code quiet")
    return element("li", "brings about ", code, f"  {finding.message}")


def columns_section(record: RunRecord, *, file: str = "record.json") -> Markup:
    """What the networks saw and what was left out, with the reason.

    Args:
        record: The run.
        file: Where a reader finds what the page has no room for.
    """
    used = [column for column in record.columns if column.used]
    inputs = sum(column.inputs for column in used)
    targets = set(record.target_columns)
    left_out = [column for column in record.columns if not column.used and column.name not in targets]
    spared = plural(len(left_out), "column") if left_out else "none"
    words = f"{plural(len(used), 'column')} became {plural(inputs, 'input')}; {spared} left out."
    shown = sorted(record.columns, key=lambda column: (column.name not in targets, not column.used))[:MOST_COLUMNS]
    rows = []
    for column in shown:
        is_target = column.name in targets
        role = "target" if is_target else plural(column.inputs, "input") if column.used else "left out"
        rows.append(
            element(
                "tr",
                _column_name(column.name),
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
        data_sortable=True,
    )
    hidden = len(record.columns) - len(shown)
    rest = element("p", f"{plural(hidden, 'more column')} in {file}.", class_="quiet") if hidden else None
    return join(element("p", words), scrolled(table, "Columns"), rest)


def _column_name(name: str) -> Markup:
    """The name as the head of a row; of a very long one its ends, and the whole of it to whoever points at it."""
    cut = shortened(name)
    return element("th", cut, scope="row", class_="name", title=name if cut != name else None)


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
            element("td", format_number(member.best_validation) if member.validation_rows else "–", class_="number"),
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
        data_sortable=True,
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
    """A JSON value in one line, long ones cut: the whole of it is in the record."""
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
