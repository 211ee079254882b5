"""The whole page: the verdict first, then the evidence, then what is needed to do it again."""

from collections.abc import Sequence

from pellucid.evaluation import plural
from pellucid.records import EpochRecord, RunRecord
from pellucid.report.curves import learning_curves
from pellucid.report.markup import Markup, element, join
from pellucid.report.mistakes import mistakes_section
from pellucid.report.scores import scores_section
from pellucid.report.sections import (
    columns_section,
    findings_section,
    provenance_section,
    training_section,
    use_section,
)
from pellucid.report.shell import html_page
from pellucid.report.verdict import headline, verdict_sentences
from pellucid.report.words import task_words

__all__ = ["render_report"]


def render_report(record: RunRecord, epochs: Sequence[EpochRecord]) -> bytes:
    """The report of one run as one self-contained HTML file, UTF-8; equal input gives equal bytes.

    It fetches nothing, runs nothing and sends nothing; whatever came from the table or the user is escaped.

    Args:
        record: The run.
        epochs: Its learning curves, in any order; may be empty.
    """
    curves = learning_curves(epochs, record.members, monitor=record.recipe.monitor, task=record.task)
    sections: list[tuple[str, Markup]] = []
    if record.test:
        sections.append(("Scores", scores_section(record)))
    mistakes = mistakes_section(record)
    if mistakes is not None:
        sections.append(("Where it is wrong", mistakes))
    sections.append(("Findings", findings_section(record)))
    sections.append(("Use it", use_section(record)))
    sections.append(("Columns", columns_section(record)))
    sections.append(("Training", join(curves, training_section(record))))
    sections.append(("Provenance", provenance_section(record)))
    return html_page(
        f"{record.target} from {record.source.name}",
        _header(record),
        sections,
        f"Pellucid, run {record.id}. This page works offline and sends nothing; its data are record.json and "
        "metrics.jsonl beside it.",
    )


def _header(record: RunRecord) -> list[Markup]:
    source = record.source
    what = f"{source.name} → {record.target} ({task_words(record)})"
    size = f"{plural(source.rows, 'row')} × {plural(len(source.columns), 'column')}"
    return [
        element("p", f"{what}  ·  {size}", class_="eyebrow"),
        element("h1", headline(record)),
        *(element("p", sentence, class_="verdict") for sentence in verdict_sentences(record)),
    ]
