"""ComparisonRunRecord: what happened in one comparison. Everything that judges or shows a comparison reads this."""

from typing import Any

import msgspec

from pellucid.records.finding import Finding
from pellucid.records.recipe import Recipe
from pellucid.records.run import (
    SCHEMA_VERSION,
    BaselineRecord,
    ColumnRecord,
    ComparisonRecord,
    DoctorRecord,
    Score,
    SourceRecord,
)

__all__ = [
    "ComparisonRunRecord",
    "CurveRecord",
    "DroppedRecord",
    "EnsembleRecord",
    "FactorRecord",
    "ImportanceRecord",
    "LevelRecord",
    "PairRecord",
    "RungRecord",
    "VariantRecord",
]


class FactorRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that was varied.

    Attributes:
        name: Of the option: activation, lr, hidden…
        values: Its values for people, in the order in which they were given.
        scale: ``named`` for choices, ``linear`` or ``log`` for numbers that have an order.
    """

    name: str
    values: tuple[str, ...]
    scale: str = "named"


class VariantRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One recipe of the comparison and how it did on the rows that its networks had not seen.

    Attributes:
        name: For people and unique: ``gelu``, or ``gelu, 0.01`` where several things are varied.
        levels: Factor → its value, as in ``FactorRecord.values``.
        recipe: As trained; members differ in seed and rows alone.
        preparation: Encoding options.
        mean: Of the primary metric over all replicates; None where the variant has no score.
        low: Lower end of the mean's 95 % interval; None where there is none.
        high: Upper end.
        rank: 1 is the best; ties in the mean are settled by fewer failures, the mean rank and the order given; 0 where
            the variant has no score.
        mean_rank: Mean over replicates of its rank within the replicate, 1 for the best.
        replicates: Scores that it has.
        failed: Networks that ended without a sound epoch; each counts as the worst score that any variant reached.
        epochs: Mean of the epochs that its networks ran.
        best_epoch: Mean of the epochs that they returned to.
        verdict: ``best``; ``equal`` where it cannot be told apart from the best; ``worse``; ``untested`` where there is
            one replicate; ``failed`` if every network failed; empty where it has no score.
    """

    name: str
    levels: dict[str, str]
    recipe: Recipe
    preparation: dict[str, Any] = msgspec.field(default_factory=dict)
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    rank: int = 0
    mean_rank: float | None = None
    replicates: int = 0
    failed: int = 0
    epochs: float = 0.0
    best_epoch: float = 0.0
    verdict: str = ""


class RungRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One round of successive halving: variants train until the same share of their epochs, and the better go on.

    Attributes:
        share: Of a variant's epochs that were over at the round's end.
        trained: Variants that took part.
        kept: How many of them went on; of the last round the finalists.
        whole: Whether the round came to its end; where time cut it short, those that it reached were ranked.
    """

    share: float
    trained: int
    kept: int
    whole: bool = True


class DroppedRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One variant that halving gave up. It has no score: it was not judged on the folds that the others were.

    Attributes:
        name: As in ``VariantRecord``.
        levels: Factor → its value, as in ``FactorRecord.values``.
        recipe: As trained.
        preparation: Encoding options.
        rung: Of the last round that it took part in, counted from 1.
        epochs: That each of its networks had been given by then.
        error: Its validation error then, the mean over its networks: share of wrong classes or labels, or the root mean
            squared distance in the target's standard deviations, or the loss where there is none of these. None where
            no network had a sound epoch, or time ended the round before it was looked at.
    """

    name: str
    levels: dict[str, str]
    recipe: Recipe
    preparation: dict[str, Any] = msgspec.field(default_factory=dict)
    rung: int
    epochs: int
    error: float | None


class PairRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two variants against each other, paired over the replicates. None stands where there is no test.

    Attributes:
        first: Name of the one that stands higher.
        second: Name of the other.
        difference: First minus second, in the metric's unit; negative where less is better.
        low: Lower end of the 95 % interval of this difference on its own.
        high: Upper end.
        p: Of the test that corrects for folds that share rows, of this pair on its own.
        adjusted_p: The same after correction for the number of pairs.
        verdict: ``better`` or ``within noise``, seen from the first; ``untested`` where there is no test.
    """

    first: str
    second: str
    difference: float
    low: float | None
    high: float | None
    p: float | None
    adjusted_p: float | None
    verdict: str


class LevelRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What variants that share one value of a factor score, all else equal.

    Attributes:
        label: The value; ``0.0012 to 0.0046`` for several together.
        mean: In the metric's unit.
        variants: How many have it.
    """

    label: str
    mean: float
    variants: int


class ImportanceRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much one factor mattered.

    Attributes:
        factor: Its name.
        share: Of the differences between variants that it makes on its own, noise subtracted, 0 to 1; None where the
            plan cannot separate it from the others.
        p: That none of its values differs from any other, corrected; None where there is no test.
        best: The best value.
        levels: Its values in order.
    """

    factor: str
    share: float | None
    p: float | None
    best: str
    levels: tuple[LevelRecord, ...]


class EnsembleRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Networks that predict together, judged on the rows that no choice saw.

    Attributes:
        kind: ``winner`` (networks of the chosen variant), ``average`` (of all variants) or ``greedy`` (Caruana's
            selection with replacement).
        title: For people.
        variants: Name → weight of each variant in it; weights sum to 1.
        networks: How many.
        choice: Primary metric on the out-of-fold predictions that the choice was made by; None where there was none.
        scores: On the untouched rows, the primary metric first; empty where it was not retrained.
        saved: Whether it is the saved model.
    """

    kind: str
    title: str
    variants: dict[str, float]
    networks: int
    choice: float | None = None
    scores: tuple[Score, ...] = ()
    saved: bool = False


class CurveRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Learning curves of one variant: one line of ``curves.jsonl``. All lists have one entry per epoch.

    Means and bands are over the replicates that still trained in that epoch; JSON has no NaN and says null.

    Attributes:
        variant: Its name.
        epochs: Counted from 1.
        replicates: How many still trained.
        loss: Mean training loss.
        loss_low: Its 10 % quantile over the replicates.
        loss_high: Its 90 % quantile.
        val_loss: Mean validation loss; empty without validation rows.
        val_loss_low: Its 10 % quantile.
        val_loss_high: Its 90 % quantile.
    """

    variant: str
    epochs: tuple[int, ...]
    replicates: tuple[int, ...]
    loss: tuple[float | None, ...]
    loss_low: tuple[float | None, ...]
    loss_high: tuple[float | None, ...]
    val_loss: tuple[float | None, ...] = ()
    val_loss_low: tuple[float | None, ...] = ()
    val_loss_high: tuple[float | None, ...] = ()


class ComparisonRunRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One comparison.

    Attributes:
        schema_version: Version of this layout.
        id: Short name of the comparison, also its folder's name.
        created: UTC time, ISO 8601.
        command: Command line or call, for people.
        task: One of ``tables.TASKS``.
        target: Target column; of several, their names joined for people.
        targets: Target columns in order.
        classes: Class labels in order; empty where numbers are predicted.
        levels: Levels of a quantile target; empty for the other tasks.
        metric: The primary metric, by which variants are judged.
        greater_is_better: Its direction.
        factors: What was varied.
        variants: The best one first; those without a score last. With halving the finalists alone.
        rungs: Rounds of halving; empty without it, and where there were no more variants than finalists.
        dropped: Variants that halving gave up: those of the latest round first, and of each round the best first.
        pairs: Of variants, as the statistics give them.
        sentences: What can be said of the variants, for people: who cannot be told apart, who is worse by how much.
        importance: Which factor mattered most, the weightiest first; empty where nothing can be told, and with halving:
            finalists are too few and too alike, and of the others only what they did in their first epochs is known.
        interplay: Of the differences between variants, the share that factors make only together; None where
            ``importance`` is empty.
        noise: The share that chance makes; None where one replicate cannot show it, and ``interplay`` includes it.
        detectable: ``{"difference": 0.012, "power": 0.8}``: the smallest difference, in the metric's unit, that these
            replicates would have found with this probability; empty where nothing was sought in vain.
        chosen: Name of the chosen variant; empty where none has a score.
        reason: Why that one, for people: ``the best``, ``the first of equals``, ``the only variant``.
        test: The saved model's scores on the rows that no choice saw, the primary metric first; empty where the
            comparison was interrupted.
        baselines: Plain models on the same rows.
        comparisons: The saved model against each baseline.
        ensembles: Of the chosen variant alone and across variants, on the same rows.
        detail: Where the errors are, as in ``RunRecord``.
        design: How it was judged: ``{"scheme": "stratified", "folds": 5, "seeds": 10, "complete": 10, "strategy":
            "full", "replicates": 50, …}``; ``complete`` counts the seeds whose folds are all judged for all variants.
            With ``"strategy": "halving"`` also ``"tried": 2000``, the variants at its beginning, ``"splits": 2``, the
            divisions of the rows that each was trained on, and ``"whole": true`` unless time cut halving short.
        split: Rows in train and test, how they were drawn.
        columns: Every column's decision.
        source: The table.
        options: What the user asked for.
        environment: Versions and hardware.
        networks: Networks trained and judged; retrained ones, and those of halving, are not counted.
        memory: Bytes that all its processes were predicted to hold at the peak, before training.
        findings: About the data and the training.
        doctor: How much the doctor looked at, of the networks that were trained again; None where it was not asked.
        ended: ``finished``, ``interrupted`` or ``out of time``.
        seconds: Wall time by phase, with ``total``; of a comparison that was resumed, that of all its parts.
        artifacts: File name → sha256, for the files of the folder.
    """

    schema_version: int = SCHEMA_VERSION
    id: str
    created: str
    command: str
    task: str
    target: str
    targets: tuple[str, ...]
    classes: tuple[str, ...]
    levels: tuple[float, ...] = ()
    metric: str
    greater_is_better: bool
    factors: tuple[FactorRecord, ...]
    variants: tuple[VariantRecord, ...]
    rungs: tuple[RungRecord, ...] = ()
    dropped: tuple[DroppedRecord, ...] = ()
    pairs: tuple[PairRecord, ...]
    sentences: tuple[str, ...]
    importance: tuple[ImportanceRecord, ...]
    interplay: float | None = None
    noise: float | None = None
    detectable: dict[str, float] = msgspec.field(default_factory=dict)
    chosen: str
    reason: str = ""
    test: tuple[Score, ...] = ()
    baselines: tuple[BaselineRecord, ...] = ()
    comparisons: tuple[ComparisonRecord, ...] = ()
    ensembles: tuple[EnsembleRecord, ...] = ()
    detail: dict[str, Any] = msgspec.field(default_factory=dict)
    design: dict[str, Any]
    split: dict[str, Any]
    columns: tuple[ColumnRecord, ...]
    source: SourceRecord
    options: dict[str, Any]
    environment: dict[str, Any]
    networks: int
    memory: int = 0
    findings: tuple[Finding, ...]
    doctor: DoctorRecord | None = None
    ended: str
    seconds: dict[str, float]
    artifacts: dict[str, str] = msgspec.field(default_factory=dict)

    def variant(self, name: str) -> VariantRecord:
        """The variant of that name.

        Raises:
            KeyError: If there is none.
        """
        for each in self.variants:
            if each.name == name:
                return each
        raise KeyError(name)
