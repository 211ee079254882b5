"""The screen of ``compare``: who stands where and how sure that is, what mattered, and the winner on untouched rows."""

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.cli.findings import finding_blocks
from pellucid.cli.layout import Ink, padded, shortened, wrapped
from pellucid.cli.screen import BASELINE_ORDER, score_lines
from pellucid.cli.variant_table import variant_lines
from pellucid.evaluation import plural
from pellucid.printable import printable
from pellucid.records import BaselineRecord, ComparisonRunRecord
from pellucid.report.comparison.words import (
    choice_sentence,
    claims,
    ending_sentence,
    judged_on,
    metric_title,
    saved_ensemble,
    saved_sentence,
)

if TYPE_CHECKING:
    from pellucid.experiments.compare.comparison import Comparison

__all__ = ["comparison_lines"]

INDENT = "  "
LONGEST_TITLE = 40


def comparison_lines(comparison: "Comparison", *, width: int, ink: Ink, trained: bool = True) -> list[str]:
    """Who stands where, in sentences too; the saved model beside its rivals; findings; and where everything lies.

    Args:
        comparison: The comparison; no line where nothing is judged yet.
        width: Cells per line.
        ink: Colour.
        trained: Whether anything was trained now; else that is said.
    """
    record = comparison.record
    blocks: list[list[str]] = []
    if not trained:
        blocks.append(
            _told(f"{_shown(comparison.path)} holds this comparison, finished before: nothing was trained.", width)
        )
    if ending := ending_sentence(record):
        blocks.append(_told(ending, width))
    if record.chosen:
        blocks.append(_standing(record, width=width, ink=ink))
        blocks.append(_choice(record, width=width, ink=ink))
        if record.test:
            blocks.append(_untouched(record, width=width, ink=ink))
        blocks += finding_blocks(record.findings, record.doctor, width=width, ink=ink)
        if comparison.gif is not None:
            blocks.append(_told(f"{_shown(comparison.gif.path)}: {comparison.gif.told}", width))
        blocks.append(_paths(comparison, ink=ink))
    lines: list[str] = []
    for block in blocks:
        lines += [*([""] if lines and block else []), *block]
    return lines


def _told(sentence: str, width: int) -> list[str]:
    return wrapped(printable(sentence).split(" "), width, rest=INDENT) if sentence else []


def _standing(record: ComparisonRunRecord, *, width: int, ink: Ink) -> list[str]:
    lines = _told(f"{metric_title(record)} on {judged_on(record)}", width)
    lines += variant_lines(record, width=width, ink=ink)
    return lines + [line for sentence in claims(record) for line in _told(sentence, width)]


def _choice(record: ComparisonRunRecord, *, width: int, ink: Ink) -> list[str]:
    chosen = [ink.strong(line) for line in _told(choice_sentence(record), width)]
    return chosen + _told(saved_sentence(record), width)


def _untouched(record: ComparisonRunRecord, *, width: int, ink: Ink) -> list[str]:
    """The saved model beside what else could have been saved and beside plain models."""
    saved = saved_ensemble(record)
    own = "the saved networks" if saved is None else saved.title
    # Beside the name stand a number with its interval and, where there is room, more metrics.
    longest = min(LONGEST_TITLE, max(len("logistic regression"), width - 26))
    others = [
        BaselineRecord(name=each.kind, title=shortened(printable(each.title), longest), scores=each.scores, seconds=0.0)
        for each in record.ensembles
        if each is not saved and each.scores
    ]
    baselines = sorted(
        record.baselines,
        key=lambda each: BASELINE_ORDER.index(each.name) if each.name in BASELINE_ORDER else len(BASELINE_ORDER),
    )
    rows = record.split.get("test_rows")
    on = plural(rows, "row") if isinstance(rows, int) else "the rows"
    lines = [f"On {on} that no choice has seen:"]
    return lines + score_lines(
        shortened(printable(own), longest),
        record.test,
        [*others, *baselines],
        record.comparisons,
        width=width,
        ink=ink,
    )


def _paths(comparison: "Comparison", *, ink: Ink) -> list[str]:
    record = comparison.record
    files = set(record.artifacts)
    given = " --no-header" if record.options.get("header") is False else ""
    model = _shown(comparison.model_path)
    paths = [
        ("model", model, "model.safetensors"),
        ("report", _shown(comparison.report_path), "report.html"),
        ("scores", _shown(comparison.scores_path), "scores.csv"),
        ("predict", f"pellucid predict {model} NEW.csv{given} -o out.csv", "model.safetensors"),
    ]
    shown = [(label, text) for label, text, needs in paths if needs in files]
    if comparison.gif is not None:
        shown.append(("gif", _shown(comparison.gif.path)))
    # A path is never broken: it has to be copied.
    return [f"{INDENT}{ink.quiet(padded(label, 9))}{text}" for label, text in shown]


def _shown(path: Path) -> str:
    """The path as one would type it here."""
    relative = os.path.relpath(path)
    return shlex.quote(str(path) if relative.startswith("..") else relative)
