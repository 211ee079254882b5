"""Sequences: rows are frames in file order, and consecutive rows with the same group make up one sequence.

The target holds the whole label sequence of a row's sequence, labels separated by blanks (``k a t``), in every row of
it, or in some of them with the others empty. Which frame belongs to which label is not said and not needed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.printable import grouped, quoted
from pellucid.records import Finding, Severity
from pellucid.shapes import RowNumbers
from pellucid.tables.duplicates import level_codes
from pellucid.tables.policy import note, refuse
from pellucid.tables.table import Column
from pellucid.tables.targets.decision import TargetDecision
from pellucid.tables.targets.units import missing_group_finding
from pellucid.tables.targets.wording import small_class_finding, spaced

__all__ = ["Runs", "find_runs", "frames_needed", "sequence_labels", "sequence_target", "usable_sequences"]

MOST_SYMBOLS = 1_000


@dataclass(frozen=True)
class Runs:
    """Where sequences lie in a table.

    Attributes:
        starts: First row of each ``[s]``.
        stops: The row behind its last one ``[s]``.
        names: What the group's column says ``[s]``; equal names mark different sequences of one source.
    """

    starts: RowNumbers
    stops: RowNumbers
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, places: RowNumbers) -> "Runs":
        """These sequences."""
        return Runs(self.starts[places], self.stops[places], tuple(self.names[place] for place in places))


def find_runs(group: Column, places: RowNumbers | None = None) -> Runs:
    """Consecutive rows with the same group; rows without one belong to none.

    Args:
        group: The column that holds rows together.
        places: Where each row stood in the table as read ``[n]``: a gap ends a sequence; None: no row was left out.
    """
    codes = level_codes(group)
    ends = np.diff(codes) != 0
    if places is not None:
        ends |= np.diff(places) != 1
    edges = np.flatnonzero(ends) + 1
    starts, stops = np.r_[0, edges][: len(codes)], np.r_[edges, len(codes)][: max(len(codes), 0)]
    known = codes[starts] >= 0 if len(codes) else np.zeros(0, dtype=bool)
    starts, stops = starts[known], stops[known]
    return Runs(starts, stops, tuple(str(text) for text in group.as_text()[starts]))


def sequence_labels(column: Column, runs: Runs) -> list[tuple[str, ...] | None]:
    """The labels of each sequence; None where the target says nothing.

    Raises:
        DataError: B087 if the rows of a sequence say different things.
    """
    found: list[tuple[str, ...] | None] = []
    texts = column.as_text()
    for start, stop, name in zip(runs.starts, runs.stops, runs.names, strict=True):
        said = dict.fromkeys(str(text) for text in texts[start:stop] if text is not None)
        if len(said) > 1:
            one, other = list(said)[:2]
            raise refuse(
                "B087",
                f"The target {column.name!r} says {quoted(one, limit=40)} and {quoted(other, limit=40)} in one sequence"
                f" (group {name!r}, rows {start + 1} to {stop}). Write the whole label sequence, labels separated by"
                " blanks, the same in every row of the sequence.",
            )
        labels = tuple(next(iter(said)).split()) if said else ()
        found.append(labels or None)
    return found


def usable_sequences(column: Column, runs: Runs) -> RowNumbers:
    """Which sequences can be learned from: those with labels that fit into their rows."""
    return np.flatnonzero(_fit(sequence_labels(column, runs), runs))


def _fit(every: Sequence[tuple[str, ...] | None], runs: Runs) -> list[bool]:
    lengths = (runs.stops - runs.starts).tolist()
    return [own is not None and frames_needed(own) <= length for own, length in zip(every, lengths, strict=True)]


def frames_needed(labels: Sequence[str]) -> int:
    """Frames that a label sequence needs: one for each label, and one between equal neighbours."""
    return len(labels) + sum(one == other for one, other in zip(labels[1:], labels, strict=False))


def sequence_target(column: Column, group: Column) -> TargetDecision:
    """Label sequences without an alignment.

    Raises:
        DataError: B052 if no sequence has labels, B053 for a single label, B055 for more than a thousand, B087 if the
            rows of a sequence differ.
    """
    runs = find_runs(group)
    every = sequence_labels(column, runs)
    lengths = runs.stops - runs.starts
    fits = _fit(every, runs)
    counts: Counter[str] = Counter()
    for own, used in zip(every, fits, strict=True):
        counts.update(own or () if used else ())
    name = column.name
    if not counts:
        raise refuse("B052", f"No sequence has labels in {name!r} that fit into its rows. Choose another column.")
    if len(counts) == 1:
        raise refuse(
            "B053", f"Every label in {name!r} is {next(iter(counts))!r}, so there is nothing to tell apart. Add others."
        )
    if len(counts) > MOST_SYMBOLS:
        raise refuse(
            "B055",
            f"The target {name!r} holds {grouped(len(counts))} different labels; at most {grouped(MOST_SYMBOLS)} can be"
            " learned. Labels are separated by blanks.",
        )
    symbols = sorted(counts)
    used_lengths = lengths[np.array(fits)]
    span = f"{spaced(int(used_lengths.min()))} to {spaced(int(used_lengths.max()))}"
    return TargetDecision(
        name=name,
        task="sequence",
        classes=tuple(symbols),
        counts=tuple(counts[symbol] for symbol in symbols),
        reason="as asked",
        note=f"{grouped(sum(fits))} sequences of {span} rows by {group.name}, {grouped(len(symbols))} labels",
        missing=len(column) - int(used_lengths.sum()),
        findings=(
            *missing_group_finding(group),
            *_left_out(name, every, fits),
            *small_class_finding(
                symbols, [counts[symbol] for symbol in symbols], what="label", plural="labels", column=name
            ),
        ),
        columns=(name,),
        group=group.name,
    )


def _left_out(name: str, every: Sequence[tuple[str, ...] | None], fits: Sequence[bool]) -> list[Finding]:
    """Sequences without labels, and those with more labels than frames."""
    findings = []
    silent = sum(own is None for own in every)
    if silent:
        severity = Severity.INFO if silent <= 0.05 * len(every) else Severity.WARNING
        message = f"{name} says nothing about {grouped(silent)} of {grouped(len(every))} sequences; they are left out."
        findings.append(note("B052", message, column=name, severity=severity, count=silent))
    short = len(every) - silent - int(sum(fits))
    if short:
        message = (
            f"{grouped(short)} of {grouped(len(every))} sequences have fewer rows than their labels need, one for each"
            " and one between equal neighbours; they are left out."
        )
        fix = "Give them more rows, or correct their labels."
        findings.append(note("B088", message, fix=fix, column=name, count=short))
    return findings
