"""``pellucid show run``: what a run came to, the figures that can be drawn of it, and those that were."""

import sys
from collections.abc import Sequence
from pathlib import Path

from pellucid.cli.layout import Ink, cells, padded, wrapped
from pellucid.cli.sheets import table_lines
from pellucid.errors import UsageError
from pellucid.evaluation import METRICS, format_score, plural
from pellucid.jobs.figures import RunView, look_at_run
from pellucid.printable import printable
from pellucid.records import RunRecord

__all__ = ["run_lines", "show_run"]

INDENT = "  "
_EXAMPLES = 2
_MOST_SCORES = 3


def show_run(
    name: str | None,
    plots: Sequence[Path],
    given: Sequence[str],
    *,
    columns: str | None,
    fill: str | None,
    as_json: bool,
) -> None:
    """Look at a run, draw what is asked for, and print it.

    Args:
        name: Folder, record, or name below ``runs/``.
        plots: Files to draw.
        given: Options of the catalogue's entries that were given all the same.
        columns: Of the boundary, joined by a comma.
        fill: Of the boundary.
        as_json: Whether to print one document.
    """
    if given:
        raise UsageError(f"--{given[0]} does not belong to a run. Leave it out.")
    if name is None:
        raise UsageError("Which run? Name its folder: pellucid show run runs/titanic-7f3a")
    chosen = None if columns is None else tuple(each.strip() for each in columns.split(","))
    view = look_at_run(name, plots, columns=chosen, fill=fill)
    if as_json:
        from pellucid.cli.documents import run_view_document

        sys.stdout.write(run_view_document(view))
        return
    from pellucid.cli.layout import ink_for, screen_width

    print("\n".join(run_lines(view, width=screen_width(), ink=ink_for(sys.stdout))))


def run_lines(view: RunView, *, width: int, ink: Ink) -> list[str]:
    """The drawn figures with what is to be seen in them; without any, the run and what can be drawn of it."""
    if view.drawn:
        return _drawn_lines(view, width, ink)
    return [*_summary(view, width, ink), "", *_figure_lines(view, width, ink)]


def _summary(view: RunView, width: int, ink: Ink) -> list[str]:
    record = view.folder.record
    source = printable(record.source.name, limit=60)
    if isinstance(record, RunRecord):
        networks = plural(len(record.members), "network")
        made = f"{networks} {record.network}, {printable(record.activation, limit=40)}"
    else:
        chosen = f", chosen {printable(record.chosen, limit=60)}" if record.chosen else ""
        made = f"{plural(len(record.variants), 'variant')} compared{chosen}"
    head = f"{source} → {printable(record.target, limit=60)}: {record.task}"
    lines = [ink.strong(printable(str(view.folder.path))), *wrapped([f"{head},", *f"{made}.".split(" ")], width)]
    if record.ended != "finished":
        lines.append(ink.wary(f"It ended early: {record.ended}."))
    scores = [each for each in record.test if not each.target][:_MOST_SCORES]
    if scores:
        told = [f"{METRICS[each.metric].title} {format_score(each)}" for each in scores]
        rows = plural(int(record.split.get("test_rows", 0)), "row")
        lines += wrapped([f"On {rows} that nothing has seen:", *f"{', '.join(told)}.".split(" ")], width)
    return lines


def _figure_lines(view: RunView, width: int, ink: Ink) -> list[str]:
    room = max(cells(kind.name) for kind, _ in view.figures) + 2
    able = [kind for kind, why_not in view.figures if not why_not]
    lines = [ink.quiet("can be drawn")] if able else []
    lines += [f"{INDENT}{padded(kind.name, room)}{kind.shows}" for kind in able]
    unable = [(kind, why_not) for kind, why_not in view.figures if why_not]
    lines += ["", ink.quiet("cannot")] if unable else []
    for kind, why_not in unable:
        first, rest = INDENT + padded(kind.name, room), " " * (len(INDENT) + room)
        lines += wrapped(printable(why_not).split(" "), width, first=first, rest=rest)
    if able:
        files = " ".join(f"{kind.name}.png" for kind in able[:_EXAMPLES])
        # A command is never broken: it has to be copied.
        lines += ["", *wrapped(["Draw some:", f"pellucid show run {view.folder.path} --plot {files}"], width)]
    return lines


def _drawn_lines(view: RunView, width: int, ink: Ink) -> list[str]:
    lines: list[str] = []
    for each in view.drawn:
        found = each.figure
        lines += [ink.strong(printable(found.title)), *wrapped(printable(found.alt).split(" "), width)]
        if found.caption:
            lines += [ink.quiet(line) for line in wrapped(printable(found.caption).split(" "), width)]
        lines += ["", *table_lines(found.table, width=width, ink=ink)]
        lines += ["", f"Drawn: {printable(str(each.file))}", ""]
    return lines[:-1]
