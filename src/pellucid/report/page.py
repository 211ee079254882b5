"""The whole page: the verdict first, then the evidence, then what is needed to do it again."""

from collections.abc import Sequence

from pellucid.evaluation import plural
from pellucid.records import EpochRecord, LayerRecord, ReplayRecord, RunRecord
from pellucid.report.asked import asked_section
from pellucid.report.curves import learning_curves
from pellucid.report.layers import layers_section
from pellucid.report.markup import Markup, element, join
from pellucid.report.mistakes import mistakes_section
from pellucid.report.replay import replay_section
from pellucid.report.scores import scores_section
from pellucid.report.sections import (
    columns_section,
    findings_section,
    provenance_section,
    training_section,
    use_section,
)
from pellucid.report.shell import html_page
from pellucid.report.sure import sure_section
from pellucid.report.verdict import headline, verdict_sentences
from pellucid.report.weights import weights_figure
from pellucid.report.words import shortened, task_words
from pellucid.shapes import Floats

__all__ = ["render_report"]


def render_report(
    record: RunRecord,
    epochs: Sequence[EpochRecord],
    *,
    replay: ReplayRecord | None = None,
    layers: Sequence[LayerRecord] = (),
    predictions: bytes | None = None,
    weights: Floats | None = None,
) -> bytes:
    """The report of one run as one self-contained HTML file, UTF-8; equal input gives equal bytes.

    It fetches nothing and sends nothing; whatever came from the table or the user is escaped.

    Args:
        record: The run.
        epochs: Its learning curves, in any order; may be empty.
        replay: How predictions changed while training; None leaves it out.
        layers: What went on in the layers, in any order; may be empty.
        predictions: ``test_predictions.csv``, for calibration, ROC and the errors one by one; None leaves them out.
        weights: Of the first network's first layer ``[i, o]``, drawn where the inputs are pixels; None draws none.

    Raises:
        ValueError: If the replay's frames are not of the shape that it says.
    """
    certainty = replay_section(replay) if replay is not None and replay.kind == "certainty" else None
    course = replay_section(replay) if replay is not None and replay.kind != "certainty" else None
    sure = sure_section(record, predictions) if predictions is not None else None
    mistakes = mistakes_section(record)
    sections: list[tuple[str, Markup]] = [("What was asked", asked_section(record))]
    if record.test or mistakes is not None:
        sections.append(("What came out", join(_scores(record), _titled("Where it is wrong", mistakes))))
    if sure is not None or certainty is not None:
        sections.append(("How sure it is", join(sure, certainty)))
    sections.append(("What was done to the columns", columns_section(record)))
    sections.append(
        (
            "How training went",
            join(
                learning_curves(epochs, record.members, monitor=record.recipe.monitor, task=record.task),
                course,
                layers_section(layers),
                weights_figure(record, weights) if weights is not None else None,
                training_section(record),
            ),
        )
    )
    sections.append(("What the doctor says", findings_section(record)))
    sections.append(("How to use the model", use_section(record)))
    sections.append(("How to reproduce it", provenance_section(record)))
    return html_page(
        f"{record.target} from {record.source.name}",
        _header(record),
        sections,
        f"Pellucid, run {record.id}. This page works offline and sends nothing; its data are record.json and "
        "metrics.jsonl beside it.",
    )


def _scores(record: RunRecord) -> Markup | None:
    return scores_section(record) if record.test else None


def _titled(name: str, body: Markup | None) -> Markup | None:
    return join(element("h3", name), body) if body is not None else None


def _header(record: RunRecord) -> list[Markup]:
    source = record.source
    what = f"{source.name} → {record.target} ({task_words(record)})"
    size = f"{plural(source.rows, 'row')} × {plural(len(source.columns), 'column')}"
    return [
        element("p", shortened(f"{what}  ·  {size}"), class_="eyebrow"),
        element("h1", shortened(headline(record))),
        *(element("p", shortened(sentence), class_="verdict") for sentence in verdict_sentences(record)),
    ]
