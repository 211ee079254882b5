"""Comparison records whose scores are drawn and judged by the real statistics."""

from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any

import msgspec
import numpy as np
from made_up_runs import run_record

from pellucid.experiments.statistics import sentences, stand
from pellucid.records import (
    ComparisonRunRecord,
    CurveRecord,
    EnsembleRecord,
    FactorRecord,
    ImportanceRecord,
    LevelRecord,
    PairRecord,
    VariantRecord,
)

KINDS = ("grid", "path", "names", "draws", "one variant", "one replicate")
NUMBERS = ("0.001", "0.01", "0.1", "1")
FACTORS = {
    "grid": (
        FactorRecord(name="activation", values=("gelu", "relu", "tanh")),
        FactorRecord(name="lr", values=NUMBERS, scale="log"),
    ),
    "path": (FactorRecord(name="l2", values=("0", "0.1", "1", "10"), scale="linear"),),
    "names": (FactorRecord(name="activation", values=("gelu", "relu", "tanh")),),
    "one variant": (FactorRecord(name="activation", values=("gelu",)),),
    "one replicate": (FactorRecord(name="activation", values=("gelu", "relu")),),
}
DRAWN = tuple(f"{10 ** (-4 + place / 8):.4g}" for place in range(30))


def combinations(kind: str) -> tuple[tuple[FactorRecord, ...], list[dict[str, str]]]:
    """What is varied, and the levels of every variant."""
    if kind == "draws":
        factors = (
            FactorRecord(name="lr", values=DRAWN, scale="log"),
            FactorRecord(name="activation", values=("gelu", "relu")),
        )
        return factors, [{"lr": value, "activation": ("gelu", "relu")[place % 2]} for place, value in enumerate(DRAWN)]
    factors = FACTORS[kind]
    names = [each.name for each in factors]
    return factors, [dict(zip(names, values, strict=True)) for values in product(*(each.values for each in factors))]


def curve(name: str, place: int) -> CurveRecord:
    epochs = np.arange(1, 41)
    loss = 0.3 + 0.01 * place + 0.5 * np.exp(-epochs / 9)
    lines = {
        f"{field}{end}": tuple((loss * factor + shift).tolist())
        for field, shift in (("loss", 0.0), ("val_loss", 0.1))
        for end, factor in (("", 1.0), ("_low", 0.9), ("_high", 1.1))
    }
    return CurveRecord(variant=name, epochs=tuple(epochs.tolist()), replicates=(10,) * 40, **lines)


def comparison_curves(record: ComparisonRunRecord) -> list[CurveRecord]:
    return [curve(each.name, place) for place, each in enumerate(record.variants) if each.rank]


def comparison_record(kind: str = "grid", *, task: str = "binary", **changes: Any) -> ComparisonRunRecord:
    """A comparison of titanic's shape with numbers drawn by a fixed seed, and some fields changed."""
    return msgspec.structs.replace(unchanged(kind, task), **changes)


@cache
def unchanged(kind: str, task: str) -> ComparisonRunRecord:
    """Judged once, however many tests look at it."""
    factors, levels = combinations(kind)
    names = [", ".join(own.values()) for own in levels]
    seeds, folds = (1, 2) if kind == "one replicate" else (4, 3)
    count = 1 if kind == "one replicate" else seeds * folds
    generator = np.random.default_rng(7)
    effect = np.array(
        [0.01 * len(own.get("activation", "")) - 0.02 * (own.get("lr", "") in DRAWN[:9]) for own in levels]
    )
    if kind == "path":
        effect = -0.03 * np.arange(len(levels)) ** 2 / 4
    scores = (
        0.8 + effect[:, None] + 0.02 * generator.normal(size=count) + 0.01 * generator.normal(size=(len(levels), count))
    )
    run = run_record(task)
    metric, greater = run.test[0].metric, bool(run.test[0].greater_is_better)
    scores = scores if greater else 6000 * (1.6 - scores)
    standing = stand(
        scores,
        variants=names,
        repeat=np.arange(count) // folds,
        fold=np.arange(count) % folds,
        train_rows=[475] * count,
        test_rows=[237] * count,
        metric=metric,
        factors={each.name: [number(own[each.name]) for own in levels] for each in factors},
    )
    by_name = dict(zip(names, levels, strict=True))
    importance = standing.importance
    return ComparisonRunRecord(
        id="titanic-7f3a",
        created="2026-11-20T10:00:00Z",
        command=f"pellucid compare titanic.csv --target Survived --vary {factors[0].name}=…",
        task=task,
        target=run.target,
        targets=run.target_columns,
        classes=run.classes,
        metric=metric,
        greater_is_better=greater,
        factors=factors,
        variants=tuple(
            VariantRecord(
                name=each.label, levels=by_name[each.label], recipe=run.recipe, preparation={"scaling": "robust_clip"},
                mean=each.mean, low=each.low, high=each.high, rank=each.rank, mean_rank=each.mean_rank,
                replicates=count, epochs=40.0, best_epoch=31.0, verdict=each.verdict,
            )
            for each in standing.variants
        ),
        pairs=tuple(
            PairRecord(
                first=each.first, second=each.second, difference=each.difference, low=each.low, high=each.high,
                p=each.p, adjusted_p=each.adjusted,
                verdict="untested" if each.adjusted is None else "better" if each.adjusted <= 0.05 else "within noise",
            )
            for each in standing.pairs
        ),
        sentences=sentences(standing),
        importance=() if importance is None else tuple(
            ImportanceRecord(
                factor=each.name, share=each.share, p=each.p, best=each.best,
                levels=tuple(
                    LevelRecord(label=level.label, mean=level.mean, variants=level.variants) for level in each.levels
                ),
            )
            for each in importance.factors
        ),
        interplay=None if importance is None else importance.rest,
        noise=None if importance is None else importance.noise,
        detectable={} if standing.detectable is None else {
            "difference": standing.detectable.difference, "power": standing.detectable.power
        },
        chosen=standing.chosen,
        reason="the first of equals" if len(standing.equals) > 1 else "the best",
        test=run.test,
        baselines=run.baselines,
        comparisons=run.comparisons,
        ensembles=ensembles(names, standing.chosen, run.test),
        detail=run.detail,
        design={"scheme": "stratified", "folds": folds, "seeds": seeds, "complete": seeds, "strategy": "full",
                "replicates": count, "paired": True},
        split={"train_rows": 712, "test_rows": 179, "drawn": "at random, stratified by class", "seed": 0},
        columns=run.columns,
        source=run.source,
        options={"vary": ["activation=gelu,relu,tanh"], "draws": 30 if kind == "draws" else None},
        environment=run.environment,
        networks=count * len(names),
        memory=29_000_000,
        findings=run.findings,
        ended="finished",
        seconds={"training": 11.4, "total": 14.2},
        artifacts={"model.safetensors": "a" * 64},
    )  # fmt: skip


def number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def ensembles(names: Sequence[str], chosen: str, scores: Any) -> tuple[EnsembleRecord, ...]:
    alone = EnsembleRecord(
        kind="winner", title=f"networks of {chosen}", variants={chosen: 1.0}, networks=8, choice=0.82, scores=scores,
        saved=True,
    )  # fmt: skip
    if len(names) < 2:
        return (alone,)
    parts = list(names[:8])
    average = EnsembleRecord(
        kind="average", title=f"average of {len(parts)} variants not clearly worse",
        variants={name: 1 / len(parts) for name in parts}, networks=8 * len(parts), choice=0.81, scores=scores,
    )  # fmt: skip
    greedy = EnsembleRecord(
        kind="greedy", title="greedy selection of 2 variants", variants={parts[0]: 0.7, parts[1]: 0.3}, networks=16
    )
    return alone, average, greedy
