"""Compared variants: their intervals, the order of their ranks, and scores along a strength."""

from collections.abc import Sequence

import numpy as np

from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Band, Curve, FigureData, Intervals, Mark, Panel
from pellucid.figures.table import Cell, Table
from pellucid.records import ComparisonRunRecord, VariantRecord

__all__ = ["comparison_figure", "path_factor", "path_figure", "scored"]

_MOST = 30
_VERDICTS = {"best": 0, "equal": 0, "untested": 3, "worse": 1}


def scored(record: ComparisonRunRecord) -> list[VariantRecord]:
    """Variants with a score, the best first."""
    return [each for each in record.variants if each.mean is not None and each.rank]


def comparison_figure(record: ComparisonRunRecord, title: str) -> FigureData:
    """Every variant's mean with its 95 % interval, the best on top.

    Args:
        record: Of the comparison.
        title: What its metric is called.
    """
    every = scored(record)
    shown = every[:_MOST]
    means = np.array([each.mean for each in shown], dtype=np.float64)
    low, high = (np.array([_or(getattr(each, end), each.mean) for each in shown]) for end in ("low", "high"))
    best = np.full(2, means[0])
    panel = Panel(
        Axis(title),
        Axis(""),
        intervals=Intervals(
            [each.name for each in shown], means, low, high, series=[_VERDICTS.get(each.verdict, 1) for each in shown]
        ),
        curves=[Curve("", best, np.array([-0.6, len(shown) - 0.4]), role="reference")],
    )
    counts = {verdict: sum(each.verdict == verdict for each in every) for verdict in ("equal", "worse")}
    rows: list[tuple[Cell, ...]] = [
        (each.name, _or(each.mean, None), float(least), float(most), each.replicates, each.verdict)
        for each, least, most in zip(shown, low, high, strict=True)
    ]
    more = f" Not shown: {len(every) - len(shown)} further variants." if len(every) > len(shown) else ""
    return FigureData(
        f"{_upper(title)} of {len(every)} variants",
        (panel,),
        f"{shown[0].name} stands first with {title} {spoken(means[0])} ({spoken(low[0])} to {spoken(high[0])}); "
        f"{counts['equal']} cannot be told apart from it, {counts['worse']} are worse.",
        Table(("variant", title, "low", "high", "replicates", "verdict"), tuple(rows)),
        facts={"variants": len(every), "best": float(means[0])},
        caption="95 % intervals of each mean over its replicates. Squares: worse than the best by the paired test, "
        f"which intervals that overlap do not rule out. Dotted: the best.{more}",
    )


def path_factor(record: ComparisonRunRecord) -> str:
    """The one number that was varied and has an order; empty where there is none."""
    ordered = [each for each in record.factors if each.scale in ("log", "linear") and len(each.values) > 1]
    return ordered[0].name if len(ordered) == 1 and len(record.factors) == 1 else ""


def path_figure(record: ComparisonRunRecord, title: str) -> FigureData:
    """Score over a strength, with the interval at each, and the chosen one marked.

    Args:
        record: Of a comparison that varied one number, as ``path_factor`` names it.
        title: What its metric is called.
    """
    name = path_factor(record)
    logarithmic = record.factors[0].scale == "log"
    variants = sorted(scored(record), key=lambda each: float(each.levels[name]))
    at = np.array([float(each.levels[name]) for each in variants])
    mean = np.array([each.mean for each in variants], dtype=np.float64)
    low, high = (np.array([_or(getattr(each, end), each.mean) for each in variants]) for end in ("low", "high"))
    marks: Sequence[Mark] = [
        Mark("chosen", x, y) for each, x, y in zip(variants, at, mean, strict=True) if each.name == record.chosen
    ]
    panel = Panel(
        Axis(name, logarithmic=logarithmic and bool((at > 0).all())),
        Axis(title),
        curves=[Curve(f"mean {title}", at, mean, dots=True)],
        bands=[Band("95 % interval", at, low, high)],
        marks=marks,
    )
    order = variants[int(mean.argmax() if record.greater_is_better else mean.argmin())]
    chosen = f"; chosen is {record.chosen}" if record.chosen else ""
    rows: list[tuple[Cell, ...]] = [
        (float(x), float(y), float(least), float(most), each.verdict)
        for each, x, y, least, most in zip(variants, at, mean, low, high, strict=True)
    ]
    return FigureData(
        f"{_upper(title)} along {name}",
        (panel,),
        f"{_upper(title)} from {spoken(at[0])} to {spoken(at[-1])} of {name}: {spoken(mean[0])} at first, "
        f"{spoken(mean[-1])} in the end, best at {order.levels[name]} with {spoken(float(order.mean or 0.0))}{chosen}.",
        Table((name, title, "low", "high", "verdict"), tuple(rows)),
        facts={"strengths": len(at), "best": float(order.levels[name])},
        caption=f"Means over {variants[0].replicates} replicates with their 95 % intervals.",
    )


def _or(value: float | None, other: float | None) -> float:
    return float(value) if value is not None else float("nan") if other is None else float(other)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
