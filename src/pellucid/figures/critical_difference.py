"""The critical-difference diagram: mean ranks on a line, and bars under those who cannot be told apart.

Demšar (2006), "Statistical comparisons of classifiers over multiple data sets", §3.2.2, draws the bars by Nemenyi's
test, which takes replicates to be independent. Folds share rows, so the bars here say what the comparison's own paired
tests say, as Benavoli, Corani & Mangili (2016) recommend.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Edges, FigureData, Panel, Points
from pellucid.figures.standing import scored
from pellucid.figures.table import Table
from pellucid.printable import printable
from pellucid.records import ComparisonRunRecord, VariantRecord

__all__ = ["MOST_VARIANTS", "critical_difference_figure", "groups_of"]

MOST_VARIANTS = 10
"""Up to so many the comparison tests every pair."""
_NAME = 20


def critical_difference_figure(record: ComparisonRunRecord) -> FigureData:
    """Mean ranks, the best at the left, with bars that join those whom no test tells apart.

    Args:
        record: Of a comparison whose pairs are all tested.
    """
    variants = sorted(scored(record), key=lambda each: each.mean_rank or 0.0)
    ranks = np.array([each.mean_rank for each in variants], dtype=np.float64)
    told = {frozenset((pair.first, pair.second)): pair.verdict for pair in record.pairs}
    groups = groups_of([each.name for each in variants], told)
    count = len(variants)
    left, right = max(1.0, np.floor(ranks.min())), min(float(count), np.ceil(ranks.max()))
    right = right if right > left else left + 1.0
    # Names: the better half at the left, the others at the right, each below the one nearer to the middle.
    depth = 0.6 + 0.35 * len(groups)
    half = -(-count // 2)
    edges: list[tuple[tuple[float, float], tuple[float, float]]] = []
    room = 0.08 * (right - left)
    clouds = []
    for is_left, chosen in ((True, range(half)), (False, range(half, count))):
        ys = [-(depth + 0.7 * (place if is_left else count - 1 - place)) for place in chosen]
        x = left - room if is_left else right + room
        for place, y in zip(chosen, ys, strict=True):
            edges += [((ranks[place], 0.0), (ranks[place], y)), ((ranks[place], y), (x, y))]
        names = [f"{printable(variants[place].name, limit=_NAME)}  {spoken(ranks[place])}" for place in chosen]
        at = np.full(len(names), x)
        clouds.append(
            Points("", at, np.array(ys), series=0, size=0.1, names=names, side="left" if is_left else "right")
        )
    ticks = np.arange(left, right + 1.0)
    edges += [((left, 0.0), (right, 0.0)), *(((t, 0.0), (t, 0.18)) for t in ticks)]
    clouds.append(Points("", ticks, np.full(len(ticks), 0.12), size=0.1, names=[f"{t:g}" for t in ticks], side="above"))
    clouds.append(Points("", ranks, np.zeros(count), series=0, size=6.0))
    thick = [
        (
            (ranks[group[0]] - 0.02 * (right - left), -0.3 - 0.35 * line),
            (ranks[group[-1]] + 0.02 * (right - left), -0.3 - 0.35 * line),
        )
        for line, group in enumerate(groups)
    ]
    parts = [_lines(edges)]
    if thick:
        parts += [_lines(thick, strength=1.0)]
    bottom = -(depth + 0.7 * half)
    wide = 0.75 * (right - left)
    panel = Panel(
        Axis("mean rank"),
        Axis(""),
        edges=parts,
        points=clouds,
        limits=(left - wide, right + wide, bottom, 0.8),
        bare=True,
    )
    sentences = [f"{', '.join(variants[p].name for p in group)} cannot be told apart" for group in groups]
    return FigureData(
        f"Mean ranks of {count} variants",
        (panel,),
        f"Mean ranks over {variants[0].replicates} replicates, 1 is best: "
        + ", ".join(f"{each.name} {spoken(rank)}" for each, rank in zip(variants, ranks, strict=True))
        + f". {'; '.join(sentences) if sentences else 'All can be told apart'}.",
        Table(("variant", "mean rank", "joined with"), _rows(variants, groups)),
        facts={"variants": count, "groups": len(groups)},
        caption="Bars join variants that no paired test tells apart (p > 0.05 after Holm's correction for all pairs, "
        "corrected for folds that share rows).",
    )


def groups_of(names: Sequence[str], verdicts: Mapping[frozenset[str], str]) -> list[tuple[int, ...]]:
    """Longest runs of neighbours in rank of which no pair can be told apart, as places in ``names``; none of one alone.

    Args:
        names: By mean rank.
        verdicts: Of every pair.
    """

    def alike(first: int, last: int) -> bool:
        pairs = ((i, j) for i in range(first, last) for j in range(i + 1, last + 1))
        return all(verdicts.get(frozenset((names[i], names[j]))) != "better" for i, j in pairs)

    groups: list[tuple[int, ...]] = []
    reached = -1
    for first in range(len(names)):
        last = first
        while last + 1 < len(names) and alike(first, last + 1):
            last += 1
        # Who ends no later than a group before is part of it.
        if last > first and last > reached:
            groups.append(tuple(range(first, last + 1)))
            reached = last
    return groups


def _lines(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]], strength: float | None = None) -> Edges:
    ends = np.array(pairs, dtype=np.float64)
    weights = None if strength is None else np.full(len(pairs), strength)
    return Edges("", ends[:, 0], ends[:, 1], weights)


def _rows(variants: Sequence[VariantRecord], groups: Sequence[tuple[int, ...]]) -> tuple[tuple[str | float, ...], ...]:
    rows = []
    for place, each in enumerate(variants):
        others = sorted({other for group in groups if place in group for other in group} - {place})
        rows.append((each.name, float(each.mean_rank or 0.0), ", ".join(variants[other].name for other in others)))
    return tuple(rows)
