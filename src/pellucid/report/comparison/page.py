"""The page of a comparison: the answer first, then the evidence, then what is needed to do it again."""

from collections.abc import Sequence

from pellucid.evaluation import plural
from pellucid.records import ComparisonRunRecord, CurveRecord
from pellucid.report.comparison.answer import answer_sentences, asked_sentence, comparison_headline
from pellucid.report.comparison.curves import curves_section
from pellucid.report.comparison.design import again_section, design_section
from pellucid.report.comparison.factors import factors_section
from pellucid.report.comparison.halved import halving_section
from pellucid.report.comparison.pairs import pairs_section
from pellucid.report.comparison.saved import FILE, saved_run
from pellucid.report.comparison.standing import standing_section
from pellucid.report.comparison.untouched import untouched_section
from pellucid.report.markup import Markup, element, join
from pellucid.report.mistakes import mistakes_section
from pellucid.report.sections import columns_section, findings_section, provenance_section, use_section
from pellucid.report.shell import html_page
from pellucid.report.sure import sure_section
from pellucid.report.words import shortened, task_words

__all__ = ["render_comparison"]


def render_comparison(
    record: ComparisonRunRecord, curves: Sequence[CurveRecord], *, predictions: bytes | None = None
) -> bytes:
    """The report of one comparison as one self-contained HTML file, UTF-8; equal input gives equal bytes.

    It fetches nothing and sends nothing; whatever came from the table or the user is escaped.

    Args:
        record: The comparison, with one judged variant at least.
        curves: Learning curves of its variants, in any order; may be empty.
        predictions: ``test_predictions.csv`` of the saved model, for calibration, ROC and the errors one by one; None
            leaves them out.
    """
    run = saved_run(record)
    sections: list[tuple[str, Markup | None]] = [
        ("Who stands where", standing_section(record)),
        # Of variants that halving gave up there are no scores, and finalists are too alike to tell what mattered.
        ("What mattered" if len(record.factors) > 1 else "Along its values", factors_section(record))
        if not record.rungs
        else ("What halving gave up", halving_section(record)),
        ("Pair by pair", pairs_section(record)),
    ]
    if record.test:
        sections.append(("On rows that no choice saw", untouched_section(record)))
        sections.append(("Where the saved model is wrong", mistakes_section(run, file=FILE)))
        sure = sure_section(run, predictions) if predictions is not None else None
        sections.append(("How sure the saved model is", sure))
    sections.append(("How they learned", curves_section(record, curves)))
    sections.append(("What the doctor says", findings_section(run)))
    if record.test:
        sections.append(("How to use the model", use_section(run)))
    sections += [
        ("How it was judged", design_section(record)),
        ("What was done to the columns", columns_section(run, file=FILE)),
        ("How to reproduce it", join(again_section(record), provenance_section(run))),
    ]
    source = record.source
    what = f"{source.name} → {record.target} ({task_words(run)})"
    size = f"{plural(source.rows, 'row')} × {plural(len(source.columns), 'column')}"
    return html_page(
        f"{record.target} from {source.name}, compared",
        [
            element("p", shortened(f"{what}  ·  {size}"), class_="eyebrow"),
            element("h1", shortened(comparison_headline(record))),
            *(element("p", shortened(sentence), class_="verdict") for sentence in answer_sentences(record)),
            element("p", shortened(asked_sentence(record)), class_="quiet"),
        ],
        [(name, body) for name, body in sections if body is not None],
        f"Pellucid, comparison {record.id}. This page works offline and sends nothing; its data are {FILE}, "
        "scores.csv and curves.jsonl beside it.",
    )
