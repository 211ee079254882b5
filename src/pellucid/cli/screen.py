"""The screen of ``fit`` and ``evaluate``, drawn from records: the answer first, then how sure, then what to do next."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.cli.columns import column_lines
from pellucid.cli.findings import finding_blocks, sentence_lines
from pellucid.cli.layout import Ink, cells, padded, wrapped
from pellucid.evaluation import METRICS, describe_difference, format_count, format_score, format_value, plural
from pellucid.printable import THIN, printable
from pellucid.records import BaselineRecord, ComparisonRecord, RunRecord, Score

if TYPE_CHECKING:
    from pellucid.experiments.watching import DataSummary
    from pellucid.jobs import Evaluation

__all__ = ["evaluation_lines", "result_lines", "score_lines", "summary_lines"]

BASELINE_ORDER = ("boosting", "neighbours", "linear", "principal", "majority")
INDENT = "  "
MOST_TARGETS = 12
"""Targets that are told one by one; the report has them all."""
NAME = 40
"""Longest name of a target in a table."""


def summary_lines(summary: "DataSummary", *, width: int, ink: Ink) -> list[str]:
    """What arrived, what the task is, and what becomes of each column."""
    source = summary.source
    size = f"{format_count(source.rows)} rows × {format_count(len(source.columns))} columns"
    words = [
        f"{printable(source.name)} ",
        size,
        "→",
        # Broken only between their parts: 600 000 or "7 841 yes" must not fall apart.
        *_parts(f"{printable(summary.target)}:"),
        summary.task,
        *_parts(f"({printable(summary.target_note)})"),
    ]
    return [*wrapped(words, width, rest="    "), "", *column_lines(summary, width=width, ink=ink)]


def _parts(text: str) -> list[str]:
    return text.replace(", ", ",\n").split("\n")


def result_lines(record: RunRecord, model: Path, report: Path, *, width: int, ink: Ink) -> list[str]:
    """Scores beside the baselines, verdicts, findings, and where everything lies."""
    rows = record.split.get("test_rows")
    on = plural(rows, "row") if isinstance(rows, int) else "the rows"
    lines = [f"On {on} that nothing has seen:"]
    if record.ended == "interrupted":
        lines = ["Training was interrupted; this is the best that it had reached.", *lines]
    name = "this network" if len(record.members) == 1 else "these networks"
    baselines = sorted(
        record.baselines,
        key=lambda each: BASELINE_ORDER.index(each.name) if each.name in BASELINE_ORDER else len(BASELINE_ORDER),
    )
    lines += score_lines(name, record.test, baselines, record.comparisons, width=width, ink=ink)
    for block in finding_blocks(record.findings, record.doctor, width=width, ink=ink):
        lines += ["", *block]
    given = " --no-header" if record.options.get("header") is False else ""
    paths = [
        ("model", _shown(model)),
        ("report", _shown(report)),
        ("predict", f"pellucid predict {_shown(model)} NEW.csv{given} -o out.csv"),
    ]
    # A path is never broken: it has to be copied.
    return [*lines, "", *(f"{INDENT}{ink.quiet(padded(label, 9))}{text}" for label, text in paths)]


def evaluation_lines(evaluation: "Evaluation", *, width: int, ink: Ink) -> list[str]:
    """Scores of a saved model on another table."""
    name, target = printable(evaluation.source.name), printable(evaluation.target)
    known = "" if evaluation.task == "reconstruction" else f" with {target} known"
    lines = [f"{name}: {plural(evaluation.rows, 'row')}{known}"]
    lines += score_lines("this model", evaluation.scores, width=width, ink=ink)
    findings = sentence_lines(evaluation.findings, width=width, ink=ink)
    return lines + (["", *findings] if findings else [])


def score_lines(
    name: str,
    scores: Sequence[Score],
    baselines: Sequence[BaselineRecord] = (),
    comparisons: Sequence[ComparisonRecord] = (),
    *,
    width: int,
    ink: Ink,
) -> list[str]:
    """A table: metrics across, models down, the model's primary score with its 95 % interval, and the verdicts.

    Where the verdicts do not fit beside the table they follow it as sentences; where the metrics do not fit beside one
    another the table goes on below. The scores of several targets follow one by one.
    """
    overall = [score for score in scores if not score.target]
    metrics = [score.metric for score in overall]
    own = [name, *(format_score(s) if n == 0 else format_value(s.metric, s.value) for n, s in enumerate(overall))]
    rows = [["", *map(_head, overall)], own]
    for baseline in baselines:
        value = {score.metric: score.value for score in baseline.scores if not score.target}
        rows.append([printable(baseline.title), *(format_value(m, value[m]) if m in value else "" for m in metrics)])
    # The interval hangs behind the first number.
    blocks = _blocks(rows, width, left=2)
    verdict = {comparison.baseline: comparison for comparison in comparisons}
    beside = {key: describe_difference(comparison) for key, comparison in verdict.items()}
    taken = cells(blocks[0][0]) + 3 + max((cells(text) for text in beside.values()), default=0)
    fits = len(blocks) == 1 and taken <= width
    lines = []
    for head, first, *others in blocks:
        lines += [ink.quiet(head.rstrip()), ink.strong(first.rstrip())]
        for line, baseline in zip(others, baselines, strict=True):
            if fits and baseline.name in verdict:
                line += "   " + _dyed(beside[baseline.name], verdict[baseline.name].verdict, ink)
            lines.append(line.rstrip())
    for baseline in baselines:
        if not fits and baseline.name in verdict:
            sentence = printable(verdict[baseline.name].sentence)
            words = f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}.".split(" ")
            told = wrapped(words, width, first=INDENT, rest=INDENT * 2)
            lines += [_dyed(line, verdict[baseline.name].verdict, ink) for line in told]
    return lines + _target_lines(scores, width=width, ink=ink)


def _head(score: Score) -> str:
    title = METRICS[score.metric].title
    return title if score.aim is None else f"{title} ({score.aim * 100:g}{THIN}%)"


def _blocks(rows: Sequence[Sequence[str]], width: int, *, left: int) -> list[list[str]]:
    """Lines of a table whose first column names the row; columns beyond the width start another block of lines.

    The first ``left`` columns start where their heads start, the others end where they end.
    """
    widths = [max(cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    blocks: list[list[int]] = [[]]
    for column in range(1, len(widths)):
        taken = len(INDENT) + widths[0] + sum(2 + widths[other] for other in blocks[-1])
        if blocks[-1] and taken + 2 + widths[column] > width:
            blocks.append([])
        blocks[-1].append(column)
    return [
        [INDENT + "  ".join(padded(row[c], widths[c], right=c >= left) for c in (0, *columns)) for row in rows]
        for columns in blocks
    ]


def _target_lines(scores: Sequence[Score], *, width: int, ink: Ink) -> list[str]:
    """The model's scores of each target, in its own unit; none where there is one target."""
    own = [score for score in scores if score.target]
    if not own:
        return []
    names = list(dict.fromkeys(score.target for score in own))
    metrics = list(dict.fromkeys(score.metric for score in own))
    value = {(score.target, score.metric): format_value(score.metric, score.value) for score in own}
    rows = [["each target", *(METRICS[metric].title for metric in metrics)]]
    rows += [
        [printable(name, limit=NAME), *(value.get((name, metric), "") for metric in metrics)]
        for name in names[:MOST_TARGETS]
    ]
    lines = [""]
    for head, *others in _blocks(rows, width, left=1):
        lines += [ink.quiet(head.rstrip()), *(line.rstrip() for line in others)]
    hidden = len(names) - MOST_TARGETS
    return [*lines, f"{INDENT}… and {format_count(hidden)} more"] if hidden > 0 else lines


def _dyed(text: str, verdict: str, ink: Ink) -> str:
    return {"better": ink.good, "worse": ink.bad}.get(verdict, str)(text)


def _shown(path: Path) -> str:
    """The path as one would type it here."""
    relative = os.path.relpath(path)
    return shlex.quote(str(path) if relative.startswith("..") else relative)
