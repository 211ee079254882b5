"""Comparison records written by hand, as the job would write them for titanic.csv."""

from collections.abc import Sequence

from handwritten_records import COLUMNS, FINDINGS, SOURCE, baseline, score

from pellucid.records import (
    ComparisonRecord,
    ComparisonRunRecord,
    EnsembleRecord,
    FactorRecord,
    ImportanceRecord,
    LevelRecord,
    PairRecord,
    Recipe,
    VariantRecord,
)


def variant(name: str, mean: float, low: float, high: float, rank: int, verdict: str, **levels: str) -> VariantRecord:
    return VariantRecord(
        name=name,
        levels=levels or {"activation": name},
        recipe=Recipe(),
        mean=mean,
        low=low,
        high=high,
        rank=rank,
        mean_rank=float(rank),
        replicates=50,
        epochs=80.0,
        best_epoch=41.0,
        verdict=verdict,
    )


VARIANTS = (
    variant("gelu", 0.826, 0.819, 0.833, 1, "best"),
    variant("relu", 0.824, 0.817, 0.831, 2, "equal"),
    variant("tanh", 0.821, 0.813, 0.829, 3, "equal"),
    variant("identity", 0.793, 0.784, 0.802, 4, "worse"),
)
SENTENCES = (
    "gelu, relu and tanh cannot be told apart (p ≥ 0.21).",
    "identity is worse by 3.3 points (1.9 to 4.4).",
    "A difference of 1.2 points would have been found 4 times in 5.",
    "Chosen: gelu, the first of equals.",
)
OWN = (score("accuracy", 0.821, 0.76, 0.87), score("roc_auc", 0.871), score("log_loss", 0.412))
AVERAGE = (score("accuracy", 0.827, 0.77, 0.88), score("roc_auc", 0.873), score("log_loss", 0.401))


def ensembles(saved: str = "winner") -> tuple[EnsembleRecord, ...]:
    return (
        EnsembleRecord(
            kind="winner",
            title="networks of gelu",
            variants={"gelu": 1.0},
            networks=8,
            choice=0.83,
            scores=OWN,
            saved=saved == "winner",
        ),
        EnsembleRecord(
            kind="average",
            title="average of 3 variants not clearly worse",
            variants={each.name: 1 / 3 for each in VARIANTS[:3]},
            networks=24,
            choice=0.831,
            scores=AVERAGE,
            saved=saved == "average",
        ),
    )


def many(count: int, *, factor: str | None = None) -> tuple[VariantRecord, ...]:
    """Variants of falling score, named by numbers; along a factor the best one stands in the middle."""
    found = []
    for place in range(count):
        value = f"{0.001 * 1.5 ** (count - abs(2 * place - count)):.4g}" if factor is None else f"{place + 1}"
        rank = place + 1 if factor is None else (place + count - count // 2) % count + 1
        mean = 0.83 - 0.004 * (rank - 1)
        name = f"lr {value}" if factor is None else f"{factor} {value}"
        verdict = "best" if rank == 1 else "equal" if rank < 4 else "worse"
        found.append(
            variant(name if factor else f"v{place}", mean, mean - 0.01, mean + 0.01, rank, verdict,
                    **{factor or "lr": value})
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.rank))


def comparison(**changes: object) -> ComparisonRunRecord:
    fields: dict[str, object] = {
        "id": "titanic-7f3a",
        "created": "2026-01-01T00:00:00Z",
        "command": "pellucid compare titanic.csv --target Survived --vary activation=gelu,relu,tanh,identity",
        "task": "binary",
        "target": "Survived",
        "targets": ("Survived",),
        "classes": ("no", "yes"),
        "metric": "accuracy",
        "greater_is_better": True,
        "factors": (FactorRecord(name="activation", values=("gelu", "relu", "tanh", "identity")),),
        "variants": VARIANTS,
        "pairs": (
            PairRecord(
                first="gelu", second="identity", difference=0.033, low=0.019, high=0.044, p=0.0001, adjusted_p=0.0006,
                verdict="better",
            ),
        ),
        "sentences": SENTENCES,
        "importance": (
            ImportanceRecord(
                factor="activation", share=0.8, p=0.0006, best="gelu",
                levels=tuple(LevelRecord(label=each.name, mean=each.mean or 0.0, variants=1) for each in VARIANTS),
            ),
        ),
        "interplay": 0.0,
        "noise": 0.2,
        "detectable": {"difference": 0.012, "power": 0.8},
        "chosen": "gelu",
        "reason": "the first of equals",
        "test": OWN,
        "baselines": (
            baseline("majority", 'always "no"', score("accuracy", 0.615), score("roc_auc", 0.5)),
            baseline("boosting", "boosting", score("accuracy", 0.821), score("roc_auc", 0.862)),
        ),
        "comparisons": (
            ComparisonRecord(
                baseline="boosting", metric="accuracy", difference=0.0, low=-0.018, high=0.03, verdict="within noise",
                sentence="no different from boosting beyond noise: 0.0 points (−1.8 to 3.0)",
            ),
        ),
        "ensembles": ensembles(),
        "design": {"scheme": "stratified", "folds": 5, "seeds": 10, "complete": 10, "strategy": "full",
                   "replicates": 50, "paired": True},
        "split": {"train_rows": 712, "test_rows": 179},
        "columns": COLUMNS,
        "source": SOURCE,
        "options": {},
        "environment": {},
        "networks": 200,
        "memory": 29_000_000,
        "findings": FINDINGS,
        "ended": "finished",
        "seconds": {"training": 11.4, "total": 14.2},
        "artifacts": dict.fromkeys(("model.safetensors", "report.html", "scores.csv"), "a" * 64),
    }  # fmt: skip
    return ComparisonRunRecord(**{**fields, **changes})  # type: ignore[arg-type]


def interrupted(complete: int, variants: Sequence[VariantRecord] = VARIANTS) -> ComparisonRunRecord:
    """Stopped after so many seeds: nothing was retrained."""
    return comparison(
        ended="interrupted",
        variants=tuple(variants),
        test=(),
        baselines=(),
        comparisons=(),
        ensembles=(),
        design={**comparison().design, "complete": complete},
        artifacts=dict.fromkeys(("report.html", "scores.csv"), "a" * 64),
    )
