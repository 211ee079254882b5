"""The winner, retrained on all training rows as a fit does, and ensembles across variants, judged on untouched rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.errors import PellucidError
from pellucid.evaluation import judge
from pellucid.experiments.compare.question import VariantPlan
from pellucid.experiments.compare.results import Results
from pellucid.experiments.ensembles import Ensemble
from pellucid.experiments.judging import regression_names
from pellucid.experiments.lesson import Lesson, row_lesson
from pellucid.experiments.preparing import Decided, Prepared, prepare
from pellucid.experiments.saving import model_of
from pellucid.experiments.selection import EnsembleChoice, choose_ensemble
from pellucid.models import Contribution, Model
from pellucid.records import EnsembleRecord, Score, encode_json
from pellucid.shapes import Array
from pellucid.training import Setting, StackRows, TrainResult, train_members

__all__ = [
    "CANDIDATES",
    "Blend",
    "Retrained",
    "blend_record",
    "blends",
    "ensemble_candidates",
    "judged_blend",
    "retrain",
]

CANDIDATES = 8
"""Variants that ensembles are chosen from, the best ones: what is far behind would be retrained for nothing."""
_TITLES = {
    "winner": "networks of {chosen}",
    "average": "average of {count} variants not clearly worse",
    "greedy": "greedy selection of {used} variant{s}",
}


@dataclass(frozen=True)
class Blend:
    """One way to predict with variants.

    Attributes:
        kind: ``winner``, ``average`` or ``greedy``.
        title: For people.
        weights: Variant → how much it counts; sums to 1.
        choice: Primary metric on out-of-fold predictions, under weights that were chosen without the row.
        saved: Whether it is the honest choice.
    """

    kind: str
    title: str
    weights: dict[int, float]
    choice: float | None
    saved: bool


@dataclass(frozen=True)
class Retrained:
    """Variants trained anew on all training rows.

    Attributes:
        prepared: The rows, encoded as all training rows say.
        ensembles: Variant → its networks.
        result: All networks, of all variants.
        lesson: What they learned from.
        units: Of every network.
    """

    prepared: Prepared
    ensembles: Mapping[int, Ensemble]
    result: TrainResult
    lesson: Lesson
    units: StackRows

    def has(self, blend: Blend) -> bool:
        """Whether all variants of a blend are among them."""
        return blend.weights.keys() <= self.ensembles.keys()

    def networks(self, blend: Blend) -> list[Contribution]:
        """A blend's networks for ``models.assemble``."""
        return [
            each for variant, weight in blend.weights.items() for each in self.ensembles[variant].contributions(weight)
        ]


def ensemble_candidates(results: Results) -> list[int]:
    """Variants that may stand in one model, the best ones first: their rows are encoded as the chosen one's are."""
    plans = results.bench.question.variants
    chosen = _encoded(plans[results.chosen])
    ordered = [results.position(each.label) for each in results.standing.variants if each.mean is not None]
    return [variant for variant in ordered if _encoded(plans[variant]) == chosen][:CANDIDATES]


def _encoded(plan: VariantPlan) -> bytes:
    return encode_json([plan.preparation, plan.target_expression])


def blends(results: Results, candidates: Sequence[int], predictions: Array) -> list[Blend]:
    """The winner alone, an average and a greedy ensemble, with one of them chosen.

    The average takes the candidates that are not worse than the best beyond noise, as the standing has it, and is left
    out where that is the best alone. A greedy ensemble may take any.

    Args:
        results: Who won.
        candidates: Variants, the best first.
        predictions: Out of fold ``[candidates, n, p]``, NaN where a row was never held out.
    """
    bench = results.bench
    alone = [Blend("winner", _titled("winner", results, {results.chosen: 1.0}), {results.chosen: 1.0}, None, True)]
    sound = [k for k, own in enumerate(predictions) if np.isfinite(own).any()]
    held_out = np.isfinite(predictions[sound]).all(axis=(0, 2)) if sound else np.zeros(0, dtype=bool)
    if len(sound) < 2 or not held_out.any():
        return alone
    rows = bench.rows
    worse = {results.position(each.label) for each in results.standing.worse}
    try:
        choice: EnsembleChoice = choose_ensemble(
            predictions[sound][:, held_out],
            rows.values[held_out],
            (rows.target.task, bench.judge.metric),
            averaged=[candidates[place] not in worse for place in sound],
            groups=rows.groups[held_out],
            seed=bench.question.seed,
            levels=rows.target.levels,
        )
    except PellucidError:
        # Too few rows, or a metric that is undefined on some of them: there is no honest choice but the winner.
        return alone
    found = []
    for contender in choice.contenders:
        weights = {
            candidates[sound[place]]: float(weight) for place, weight in enumerate(contender.weights) if weight > 0
        }
        if contender.kind == "winner":
            # Who won is settled by the folds' means, which the table shows.
            weights = {results.chosen: 1.0}
        title = _titled(contender.kind, results, weights)
        found.append(Blend(contender.kind, title, weights, contender.score, contender is choice.chosen))
    return found


def _titled(kind: str, results: Results, weights: Mapping[int, float]) -> str:
    used = len(weights)
    return _TITLES[kind].format(
        chosen=results.bench.question.variants[results.chosen].name, count=used, used=used, s="" if used == 1 else "s"
    )


def shared_out(ways: Sequence[Blend], chosen: int, members: int) -> dict[int, int]:
    """How many networks of each variant are trained again.

    The winner has as many as a fit, the other variants of an ensemble share as many: what is compared then are
    ensembles of about the same size, for about twice the price of the winner alone.

    Args:
        ways: Whose variants.
        chosen: The winner.
        members: Networks of a fit.
    """
    others = [variant for variant in dict.fromkeys(v for way in ways for v in way.weights) if variant != chosen]
    each = min(members, max(2, -(-members // max(1, len(others)))))
    return {chosen: members, **dict.fromkeys(others, each)}


def retrain(
    decided: Decided,
    plans: Sequence[VariantPlan],
    members: Mapping[int, int],
    *,
    seed: int,
    setting: Setting,
    stop: Callable[[], bool],
) -> Retrained:
    """Train variants on all training rows as a fit does, all of them at once.

    Args:
        decided: The table; its test rows are not touched.
        plans: All variants.
        members: Variant → networks of it; all these variants are encoded alike.
        seed: As for a fit.
        setting: How to compute.
        stop: True ends training, keeping the best so far.

    Returns:
        The variants with at least one sound network.
    """
    first = plans[next(iter(members))]
    prepared = prepare(decided, first.preparation, target_expression=first.target_expression)
    lesson = row_lesson(prepared, max(members.values()), seed)
    own = [(variant, member) for variant, count in members.items() for member in range(count)]
    places = [member for _, member in own]
    units = lesson.units.take(places)
    result = train_members(
        [plans[variant].recipe.replace(seed=seed * 1_000_003 + member) for variant, member in own],
        lesson.data,
        units,
        target=lesson.target,
        classes=decided.target.classes,
        setting=setting,
        stop=stop,
    )
    rows = lesson.rows.take(places)
    ensembles = {
        variant: Ensemble(
            result, rows, prepared.encoded.codes, members=[m for m, (its, _) in enumerate(own) if its == variant]
        )
        for variant in members
    }
    sound = {variant: each for variant, each in ensembles.items() if each.usable}
    return Retrained(prepared, sound, result, lesson, units)


def judged_blend(
    retrained: Retrained, blend: Blend, plans: Sequence[VariantPlan], *, created: str, seed: int
) -> EnsembleRecord:
    """A blend's scores on the rows that no choice saw.

    Args:
        retrained: Has all its variants.
        blend: Which.
        plans: All variants.
        created: UTC time, ISO 8601.
        seed: Of the intervals.
    """
    networks = retrained.networks(blend)
    manifest, arrays = model_of(retrained.prepared, networks, plans[next(iter(blend.weights))].recipe, created)
    decided = retrained.prepared.decided
    said = Model(manifest, arrays).predict_table(decided.table.take(decided.test))
    scores = judge(
        decided.target.task,
        decided.values[decided.test],
        said.decided,
        said.probabilities,
        levels=decided.target.levels,
        names=regression_names(decided),
        seed=seed,
    )
    return blend_record(blend, plans, networks=len(networks), scores=scores)


def blend_record(
    blend: Blend, plans: Sequence[VariantPlan], *, networks: int = 0, scores: tuple[Score, ...] = ()
) -> EnsembleRecord:
    """A blend for the record; without scores where it was not retrained."""
    return EnsembleRecord(
        kind=blend.kind,
        title=blend.title,
        variants={plans[variant].name: weight for variant, weight in blend.weights.items()},
        networks=networks,
        choice=blend.choice,
        scores=scores,
        saved=blend.saved,
    )
