"""From what is varied to the question: every variant with its recipe, checked against the target before training."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from pellucid.experiments.compare.dividing import Divided
from pellucid.experiments.compare.options import CompareOptions
from pellucid.experiments.compare.question import Question, VariantPlan
from pellucid.experiments.environment import version
from pellucid.experiments.options import FitOptions
from pellucid.experiments.plans import Variant, grid, path, random_draws, read_factor, read_factors, variant_recipe
from pellucid.records import FactorRecord

__all__ = ["Plan", "plan_comparison"]


@dataclass(frozen=True)
class Plan:
    """What is compared.

    Attributes:
        question: All that decides the table of scores.
        factors: What is varied.
    """

    question: Question
    factors: tuple[FactorRecord, ...]


def plan_comparison(options: CompareOptions, divided: Divided, table: str) -> Plan:
    """Every variant's recipe.

    Args:
        options: What was asked for.
        divided: The decided table.
        table: Its sha256.

    Raises:
        UsageError: If the factors make no plan, or a variant's options do not make sense; names the variant.
        UnknownNameError: If a factor or a value is not known; offers the nearest.
    """
    factors = read_factors([options.path] if options.path else options.vary)
    if options.path:
        variants: tuple[Variant, ...] = path(read_factor(options.path))
    elif not factors:
        variants = (Variant("", {}, {}),)
    elif options.draws is not None:
        variants = random_draws(factors, options.draws, options.fit.seed)
    else:
        variants = grid(factors)
    told = [FactorRecord(name=each.name, values=each.texts, scale=each.scale) for each in factors]
    plans = [_planned(options.fit, divided, variant) for variant in variants]
    if options.recipes:
        told.insert(0, FactorRecord(name="recipe", values=options.recipes))
        plans = [
            _under(name, _planned(msgspec.structs.replace(options.fit, recipe=name), divided, variant))
            for name in options.recipes
            for variant in variants
        ]
    if options.draws is not None:
        told = [_drawn(each, plans) for each in told]
    question = Question(
        pellucid=version(),
        table=table,
        options=options.deciding(),
        variants=tuple(plans),
        scheme=divided.scheme,
        folds=options.folds,
        seeds=options.seeds,
        seed=options.fit.seed,
        halving=options.halving,
        device=options.fit.setting.device,
        precision=options.fit.setting.precision,
    )
    return Plan(question, tuple(told))


def _planned(options: FitOptions, divided: Divided, variant: Variant) -> VariantPlan:
    decided = divided.decided
    target = decided.target
    recipe, preparation = variant_recipe(options, target.task, len(decided.train), target.levels, variant)
    return VariantPlan(
        name=variant.name,
        levels=variant.levels,
        numbers={
            name: value
            for name, value in variant.changes.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        },
        recipe=recipe,
        preparation=preparation,
        target_expression=options.target_expression,
    )


def _under(recipe: str, plan: VariantPlan) -> VariantPlan:
    """The variant with the named recipe in its name."""
    name = f"{recipe}, {plan.name}" if plan.name else recipe
    return msgspec.structs.replace(plan, name=name, levels={"recipe": recipe, **plan.levels})


def _drawn(factor: FactorRecord, plans: Sequence[VariantPlan]) -> FactorRecord:
    """A factor with the values that were drawn of it, in the order of the draws."""
    values = tuple(dict.fromkeys(plan.levels[factor.name] for plan in plans if factor.name in plan.levels))
    return msgspec.structs.replace(factor, values=values)
