"""What was asked: the table, the target, which rows were put aside, and what was trained."""

from pellucid.evaluation import format_count, plural
from pellucid.records import RunRecord
from pellucid.report.markup import Content, Markup, element
from pellucid.report.tables import definitions
from pellucid.report.words import task_words

__all__ = ["asked_section"]


def asked_section(record: RunRecord) -> Markup:
    """The question in a few lines, from the table to the networks."""
    source, split = record.source, record.split
    used = [column for column in record.columns if column.used]
    inputs = sum(column.inputs for column in used)
    entries: list[tuple[str, Content]] = [
        ("table", f"{source.name}: {plural(source.rows, 'row')}, {plural(len(source.columns), 'column')}"),
        ("to predict", f"{record.target}: {task_words(record)}"),
    ]
    if used:
        entries.append(("from", f"{plural(len(used), 'column')} as {plural(inputs, 'input')}"))
    if "train_rows" in split and "test_rows" in split:
        drawn = f", drawn {split['drawn']}" if split.get("drawn") else ""
        entries.append(
            (
                "rows",
                f"{format_count(split['train_rows'])} to learn from, {format_count(split['test_rows'])} put aside to "
                f"judge by{drawn}",
            )
        )
    count = len(record.members)
    each = ", each on its own part of the rows" if count > 1 else ""
    entries.append(
        ("trained", f"{plural(count, 'network')} {record.network}, {record.activation}{each}" if count else "nothing")
    )
    entries.append(("command", element("span", record.command, class_="code")))
    return definitions(entries)
