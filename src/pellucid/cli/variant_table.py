"""The table of variants: rank, name, mean, interval, verdict, and the interval as a bar on a scale for all."""

from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.cli.interval_plot import interval_bar, scale_ends
from pellucid.cli.layout import Ink, cells, padded, shortened, wrapped
from pellucid.evaluation import plural
from pellucid.printable import printable
from pellucid.records import ComparisonRunRecord, VariantRecord
from pellucid.report.comparison.scale import Scale
from pellucid.report.comparison.words import Numbers, shown_variants

__all__ = ["variant_lines"]

INDENT, GAP = "  ", 2
MOST = 15
"""Variants that are shown by rank."""
MOST_PATH = 24
"""Variants that are shown along a path, which has a shape to be seen."""
NARROWEST_PLOT, WIDEST_PLOT = 12, 40
LONGEST_NAME = 40
INTERVAL = "95 % interval"
VERDICTS = {"best": "best", "equal": "unclear", "worse": "worse", "failed": "failed"}
"""What a verdict is called; what cannot be told apart from the best need not be its equal."""


@dataclass(frozen=True)
class _Row:
    """What is told of one variant."""

    rank: str
    name: str
    mean: str
    interval: str
    verdict: str

    @classmethod
    def of(cls, variant: VariantRecord, name: str, numbers: Numbers) -> "_Row":
        return cls(
            str(variant.rank),
            name,
            "–" if variant.mean is None else numbers.value(variant.mean),
            numbers.interval(variant.low, variant.high),
            VERDICTS.get(variant.verdict, ""),
        )


@dataclass(frozen=True)
class _Widths:
    """Cells of every column; 0 leaves a column out."""

    rank: int
    name: int
    mean: int
    interval: int
    verdict: int
    plot: int = 0

    @classmethod
    def settled(cls, rows: Sequence[_Row], width: int, head: int = 0) -> "_Widths":
        """As much as there is room for: first the bar goes, then the verdict, and names are cut last."""

        def widest(name: str) -> int:
            return max(cells(getattr(row, name)) for row in rows)

        rank, mean, interval, verdict = (widest(each) for each in ("rank", "mean", "interval", "verdict"))
        wanted = min(max(widest("name"), head), LONGEST_NAME)
        taken = sum(each + GAP for each in (rank, mean, interval) if each) + len(INDENT)
        spare = width - taken - wanted
        if spare < verdict + GAP:
            # Names that are cut can be told apart by their ends; a verdict stands in the sentences too.
            verdict = 0 if width - taken - verdict - GAP < min(wanted, LONGEST_NAME // 2) else verdict
            return cls(rank, min(wanted, width - taken - (verdict + GAP if verdict else 0)), mean, interval, verdict)
        plot = spare - (verdict + GAP if verdict else 0) - GAP
        return cls(rank, wanted, mean, interval, verdict, min(plot, WIDEST_PLOT) if plot >= NARROWEST_PLOT else 0)

    def line(self, rank: str, name: str, mean: str, interval: str, verdict: str) -> str:
        parts = [
            padded(rank, self.rank, right=True),
            padded(name, self.name),
            padded(mean, self.mean, right=True),
            padded(interval, self.interval),
            padded(verdict, self.verdict),
        ]
        sizes = (self.rank, self.name, self.mean, self.interval, self.verdict)
        return INDENT + (" " * GAP).join(part for part, size in zip(parts, sizes, strict=True) if size)


def variant_lines(record: ComparisonRunRecord, *, width: int, ink: Ink) -> list[str]:
    """The best variants, or all along a path, with how many more there are.

    Args:
        record: With one judged variant at least.
        width: Cells per line.
        ink: Colour for the best and for what is worse.
    """
    shown, factor = shown_variants(record, MOST, path=MOST_PATH)
    numbers = Numbers(record)
    head, names = _names(record, shown)
    rows = [_Row.of(each, name, numbers) for each, name in zip(shown, names, strict=True)]
    widths = _Widths.settled(rows, width, cells(head))
    if cells(head) > widths.name:
        # Columns that do not fit are no columns: the names say what is what.
        head, names = "", [printable(each.name) for each in shown]
        rows = [_Row.of(each, name, numbers) for each, name in zip(shown, names, strict=True)]
        widths = _Widths.settled(rows, width)
    estimates = [(each.mean, each.low, each.high) for each in shown]
    scale = Scale.of(estimates, greater_is_better=record.greater_is_better) if widths.plot else None
    lines = [ink.quiet(_head(head, widths, scale, numbers, width))]
    for row, name, estimate in zip(rows, _fitted(names, widths.name), estimates, strict=True):
        line = widths.line(row.rank, name[0], row.mean, row.interval, row.verdict)
        line = ink.strong(line) if row.rank == "1" else _dyed(line, row.verdict, ink)
        if scale is not None:
            line += " " * GAP + interval_bar(scale, estimate, widths.plot)
        lines.append(line.rstrip())
        lines += [widths.line("", part, "", "", "").rstrip() for part in name[1:]]
    hidden = sum(each.rank > 0 for each in record.variants) - len(shown)
    if hidden > 0:
        step = "between them" if factor is not None else "behind them"
        words = f"… and {plural(hidden, 'variant')} {step}; all are in the report and in scores.csv"
        lines += wrapped(words.split(" "), width, first=INDENT, rest=INDENT * 2)
    return lines


def _names(record: ComparisonRunRecord, shown: Sequence[VariantRecord]) -> tuple[str, list[str]]:
    """Variants as columns of their values below the factors' names; names as they are where one factor varies."""
    varied = [each.name for each in record.factors if len(each.values) > 1]
    plain = [printable(each.name) for each in shown]
    if len(varied) < 2 or not all(name in each.levels for name in varied for each in shown):
        return "", plain
    lines = [varied, *([each.levels[name] for name in varied] for each in shown)]
    table = [[printable(cell) for cell in line] for line in lines]
    widths = [max(cells(line[column]) for line in table) for column in range(len(varied))]
    if sum(widths) + GAP * (len(widths) - 1) > LONGEST_NAME:
        return "", plain
    head, *names = (
        (" " * GAP).join(padded(cell, size) for cell, size in zip(line, widths, strict=True)).rstrip() for line in table
    )
    return head, names


def _head(names: str, widths: _Widths, scale: Scale | None, numbers: Numbers, width: int) -> str:
    # The intervals stand last where there is no room for more, and may be narrower than their head.
    fits = cells(widths.line("", "", "", "", "")) - widths.interval + len(INTERVAL) <= width or widths.verdict
    intervals = "" if not widths.interval else INTERVAL if fits else INTERVAL.split(" i")[0]
    head = widths.line("", names, "mean" if widths.mean >= len("mean") else "", intervals, "").rstrip()
    if scale is None:
        return head
    # The head of the intervals may be wider than they are: it takes the room of the verdicts, whose words need none.
    start = cells(widths.line("", "", "", "", ""))
    return (
        padded(head, start) + " " * GAP + scale_ends(numbers.value(scale.low), numbers.value(scale.high), widths.plot)
    )


def _dyed(line: str, verdict: str, ink: Ink) -> str:
    if verdict not in ("worse", "failed"):
        return line
    start, _, end = line.rpartition(verdict)
    return start + ink.bad(verdict) + end if start else line


def _fitted(names: Sequence[str], width: int) -> list[list[str]]:
    """Every name in lines of ``width`` cells: its middle cut out, or wrapped where that would make two alike."""
    cut = [shortened(name, width) for name in names]
    if len(set(cut)) == len(set(names)):
        return [[name] for name in cut]
    return [_broken(name, width) for name in names]


def _broken(name: str, width: int) -> list[str]:
    """At commas and blanks where it can be, anywhere where a word is longer than a line."""
    lines = []
    for line in wrapped(name.split(" "), width):
        while cells(line) > width:
            part = line
            while cells(part) > width:
                part = part[:-1]
            lines.append(part)
            line = line[len(part) :]
        lines.append(line)
    return lines
