"""What a comparison leaves behind, as its record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pellucid.experiments.compare.dividing import Divided
from pellucid.experiments.compare.dropping import (
    dropped_records,
    halving_design,
    halving_sentences,
    rung_records,
)
from pellucid.experiments.compare.folder import Folder
from pellucid.experiments.compare.narrowing import Narrowed
from pellucid.experiments.compare.options import CompareOptions
from pellucid.experiments.compare.question import VariantPlan
from pellucid.experiments.compare.results import Results
from pellucid.experiments.environment import environment
from pellucid.experiments.judging import Verdict
from pellucid.experiments.statistics import Standing, sentences
from pellucid.experiments.watching import DataSummary
from pellucid.records import (
    ComparisonRunRecord,
    DoctorRecord,
    EnsembleRecord,
    FactorRecord,
    Finding,
    Severity,
    VariantRecord,
)

__all__ = ["Ending", "Judged", "record_of"]


@dataclass(frozen=True)
class Ending:
    """A comparison whose networks are trained, as far as they are.

    Attributes:
        options: What was asked for.
        divided: The decided table.
        factors: What was varied.
        folder: Where it is kept.
        results: Who stands where.
        summary: Of the data.
        complete: Repeats that are complete.
        strategy: Name of the strategy.
        narrowed: What halving has left; None without it.
        memory: Bytes that were predicted.
        earlier: Seconds that units of earlier parts took.
        ended: ``finished``, ``interrupted`` or ``out of time``.
    """

    options: CompareOptions
    divided: Divided
    factors: tuple[FactorRecord, ...]
    folder: Folder
    results: Results
    summary: DataSummary
    complete: int
    strategy: str
    narrowed: Narrowed | None
    memory: int
    earlier: float
    ended: str

    @property
    def plans(self) -> Sequence[VariantPlan]:
        """All variants."""
        return self.results.bench.question.variants

    @property
    def loose(self) -> bool:
        """Whether what time cut short is judged by: there is no complete repeat to be judged by instead."""
        return not self.complete


@dataclass(frozen=True)
class Judged:
    """The saved model and its rivals.

    Attributes:
        verdict: The saved model's.
        ensembles: All ways to predict with the variants.
        findings: From training it.
        doctor: How much the doctor looked at; None where it was not asked.
    """

    verdict: Verdict
    ensembles: tuple[EnsembleRecord, ...]
    findings: tuple[Finding, ...]
    doctor: DoctorRecord | None = None


def record_of(ending: Ending, judged: Judged | None, ended: str) -> ComparisonRunRecord:
    """The record, without times and digests.

    Args:
        ending: What there is.
        judged: The saved model; None where there is none.
        ended: ``finished``, ``interrupted`` or ``out of time``.
    """
    results, divided, options = ending.results, ending.divided, ending.options
    question, target, judge = results.bench.question, divided.decided.target, results.bench.judge
    narrowed = ending.narrowed
    there = bool(results.columns)
    standing = results.standing if there else None
    importance = None if standing is None else standing.importance
    found = _failure_findings(results) if there else ()
    return ComparisonRunRecord(
        id=ending.folder.path.name,
        created=ending.folder.created,
        command=options.fit.command,
        task=target.task,
        target=target.name,
        targets=target.columns,
        classes=target.classes,
        levels=target.levels,
        metric=judge.metric,
        greater_is_better=judge.greater_is_better,
        factors=ending.factors,
        variants=results.variant_records() if there else _unjudged([ending.plans[v] for v in results.entered]),
        rungs=rung_records(narrowed),
        dropped=dropped_records(question, narrowed),
        pairs=results.pair_records() if there else (),
        sentences=() if standing is None else (*halving_sentences(question, narrowed), *sentences(standing)),
        importance=results.importance_records() if there else (),
        interplay=None if importance is None else importance.rest,
        noise=None if importance is None else importance.noise,
        detectable={}
        if standing is None or standing.detectable is None
        else {"difference": standing.detectable.difference, "power": standing.detectable.power},
        chosen="" if standing is None else standing.chosen,
        reason="" if standing is None else _reason(standing),
        test=() if judged is None else judged.verdict.scores,
        baselines=() if judged is None else judged.verdict.baselines,
        comparisons=() if judged is None else judged.verdict.comparisons,
        ensembles=() if judged is None else judged.ensembles,
        detail={} if judged is None else judged.verdict.detail,
        design={
            "scheme": question.scheme,
            "folds": question.folds,
            "seeds": question.seeds,
            "complete": ending.complete,
            "strategy": ending.strategy,
            "replicates": 0 if standing is None else standing.replicates,
            "paired": True,
            **halving_design(question, narrowed),
        },
        split={
            "train_rows": len(divided.decided.train),
            "test_rows": len(divided.decided.test),
            "without_target": target.missing,
            "drawn": divided.drawn,
            "seed": question.seed,
        },
        columns=ending.summary.columns,
        source=divided.decided.source,
        options={**question.options, "minutes": options.minutes, "workers": options.workers},
        environment=environment(),
        networks=len(results.columns) * len(results.variants),
        memory=ending.memory,
        findings=(*ending.summary.findings, *found, *(() if judged is None else judged.findings)),
        doctor=None if judged is None else judged.doctor,
        ended=ended,
        seconds={},
    )


def _unjudged(plans: Sequence[VariantPlan]) -> tuple[VariantRecord, ...]:
    return tuple(VariantRecord(name=plan.name, levels=plan.levels, recipe=plan.recipe) for plan in plans)


def _reason(standing: Standing) -> str:
    if len(standing.variants) == 1:
        return "the only variant"
    if any(each.verdict == "untested" for each in standing.variants):
        return "with the best score, untested"
    return "the best" if len(standing.equals) < 2 else "the first of equals"


def _failure_findings(results: Results) -> tuple[Finding, ...]:
    failed: Mapping[str, int] = {each.label: each.failures for each in results.standing.variants if each.failures}
    if not failed:
        return ()
    networks = len(results.columns) * len(results.variants)
    message = (
        f"{sum(failed.values())} of {networks} networks, in {len(failed)} of the variants, ended"
        " with values that are not finite; each counts as the worst score that any network reached."
    )
    return (
        Finding(
            code="T605",
            slug="non-finite",
            severity=Severity.WARNING,
            message=message,
            fix="Compare smaller learning rates.",
            evidence={"diverged": sum(failed.values()), "variants": sorted(failed)[:8]},
        ),
    )
