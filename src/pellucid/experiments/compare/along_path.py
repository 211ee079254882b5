"""One network for each variant of a path, all as one stack: from the same seed, on the same rows, to be looked at."""

from collections.abc import Callable
from dataclasses import dataclass

from pellucid.errors import TrainingError
from pellucid.experiments.compare.dividing import divide
from pellucid.experiments.compare.options import CompareOptions
from pellucid.experiments.compare.planning import plan_comparison
from pellucid.experiments.compare.question import VariantPlan
from pellucid.experiments.ensembles import Ensemble
from pellucid.experiments.lesson import row_lesson
from pellucid.experiments.preparing import Decided, prepare
from pellucid.experiments.saving import model_of
from pellucid.models import Model
from pellucid.shapes import RowNumbers
from pellucid.tables import Table
from pellucid.training import StackRows, train_members

__all__ = ["Along", "Path", "path_of", "train_along"]


@dataclass(frozen=True)
class Path:
    """What a comparison along one number is about to train.

    Attributes:
        decided: The table.
        plans: Variants in the order of the path.
        options: What was asked for.
    """

    decided: Decided
    plans: tuple[VariantPlan, ...]
    options: CompareOptions


@dataclass(frozen=True)
class Along:
    """Networks along a path.

    Attributes:
        table: Rows that have a target.
        test: Those of them that no network has seen.
        names: Of the variants whose network is sound, in the order of the path.
        models: One network each.
        lost: Names of variants whose network diverged.
    """

    table: Table
    test: RowNumbers
    names: tuple[str, ...]
    models: tuple[Model, ...]
    lost: tuple[str, ...]


def path_of(table: Table, options: CompareOptions) -> Path:
    """The variants of a path on the rows that the comparison divides.

    Raises:
        PellucidError: As ``compare_table``.
    """
    options.check()
    divided = divide(table, options.fit, scheme=options.scheme, group=options.group, time=options.time)
    plan = plan_comparison(options, divided, table.sha256)
    return Path(divided.decided, plan.question.variants, options)


def train_along(path: Path, *, created: str, stop: Callable[[], bool] = lambda: False) -> Along:
    """Train every variant once, on all training rows; the last epoch counts, as no row is left to choose another.

    Args:
        path: What to train.
        created: UTC time, ISO 8601, for the models.
        stop: True ends training early.

    Raises:
        TrainingError: If no network is sound.
    """
    decided, plans, options = path.decided, path.plans, path.options
    first = plans[0]
    prepared = prepare(decided, first.preparation, target_expression=first.target_expression)
    lesson = row_lesson(prepared, 1, options.fit.seed)
    rows = StackRows((decided.train,) * len(plans), (decided.train[:0],) * len(plans))
    result = train_members(
        [plan.recipe.replace(seed=options.fit.seed, patience=None) for plan in plans],
        lesson.data,
        rows,
        target=lesson.target,
        classes=decided.target.classes,
        setting=options.fit.setting,
        stop=stop,
    )
    alone = [Ensemble(result, rows, prepared.encoded.codes, members=[member]) for member in range(len(plans))]
    sound = [(plan, each) for plan, each in zip(plans, alone, strict=True) if each.usable]
    if not sound:
        raise TrainingError("Training diverged along the whole path, so there is nothing to draw. Try a smaller --lr.")
    models = [Model(*model_of(prepared, each.contributions(), plan.recipe, created)) for plan, each in sound]
    return Along(
        table=decided.table,
        test=decided.test,
        names=tuple(plan.name for plan, _ in sound),
        models=tuple(models),
        lost=tuple(plan.name for plan, each in zip(plans, alone, strict=True) if not each.usable),
    )
