"""A small ensemble: members over inner folds, trained as one stack, whose predictions are averaged.

All members count alike. They are of one recipe and differ in seed and in the fold that they did not learn from, so that
with 8 members every row was held out by exactly one: whatever weights members have, a row's out-of-fold prediction is
the same, and nothing tells how they go together. With 16 or 24, two or three members hold each row out. A greedy
selection by those (Caruana et al. 2004) changes the test loss by −0.4 ± 0.5 to +0.8 ± 0.4 per cent on seven tables; to
keep the half of the members with the lower losses on their own held-out rows makes it worse by 0.5 to 2.2 per cent. The
average is never beaten beyond noise: benchmarks/ensemble has the figures and the script. Whether selecting pays among
networks of different recipes, ``selection.choose_ensemble`` finds out from case to case.
"""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from pellucid.errors import TrainingError
from pellucid.experiments.lesson import Lesson, row_lesson
from pellucid.experiments.preparing import Prepared
from pellucid.experiments.strangers import with_average_strangers
from pellucid.models import Contribution
from pellucid.optimizers import OPTIMIZERS
from pellucid.records import MemberRecord, Recipe
from pellucid.shapes import Array, Codes
from pellucid.training import Setting, StackRows, TrainResult, train_members
from pellucid.training.settling import optimizer_numbers

__all__ = ["MEMBERS", "Ensemble", "train_ensemble"]

MEMBERS = 8


class Ensemble:
    """Trained members that predict together.

    Args:
        result: Everything that was trained with them.
        rows: Rows of every member of the result.
        codes: Category codes of all rows ``[n, e]``.
        members: Which of the result's members they are; None: all.

    Attributes:
        result: All members, the failed ones too.
        rows: Each member's rows.
        usable: Positions of the members whose parameters are sound.
        records: What became of each member.
    """

    def __init__(
        self, result: TrainResult, rows: StackRows, codes: Codes, *, members: Sequence[int] | None = None
    ) -> None:
        own = range(len(result.recipes)) if members is None else members
        self.result, self.rows, self._codes = result, rows, codes
        best_epoch, ended = result.per_member("best_epoch"), result.per_member("ended")
        best, epochs = result.per_member("best"), result.per_member("epochs")
        self.usable = [m for m in own if best_epoch[m]]
        self.records = tuple(
            MemberRecord(
                seed=result.recipes[m].seed,
                train_rows=len(rows.train[m]),
                validation_rows=len(rows.validation[m]),
                epochs=int(epochs[m]),
                best_epoch=int(best_epoch[m]),
                # JSON has no NaN; a member that never had a sound value says −1.
                best_validation=float(best[m]) if np.isfinite(best[m]) else -1.0,
                ended=str(ended[m]),
            )
            for m in own
        )

    def arrays(self) -> dict[str, Array]:
        """Stacked parameters ``[m, …]`` of the usable members; see ``strangers`` for categories that one never met."""
        members = [self._with_average_strangers(m) for m in self.usable]
        return {name: np.stack([arrays[name] for arrays in members]) for name in members[0]}

    def contributions(self, weight: float = 1.0) -> list[Contribution]:
        """The usable members for ``models.assemble``, beside those of other ensembles.

        Args:
            weight: How much all of them together count; each gets an equal share.
        """
        return [
            Contribution(
                network=self.result.network(m),
                head=str(self.result.objectives[m].head),
                arrays=self._with_average_strangers(m),
                weight=weight / len(self.usable),
            )
            for m in self.usable
        ]

    def _with_average_strangers(self, member: int) -> dict[str, Array]:
        arrays = self.result.parameters(member)
        for column in range(self._codes.shape[1]):
            name = f"0.category.{column}"
            arrays[name] = with_average_strangers(arrays[name], self._codes[self.rows.train[member], column])
        return arrays


def train_ensemble(
    prepared: Prepared,
    recipe: Recipe,
    *,
    members: int = MEMBERS,
    seed: int = 0,
    lesson: Lesson | None = None,
    setting: Setting | None = None,
    on_epoch: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
    snapshots_at: Collection[int] = (),
) -> Ensemble:
    """Train members that differ in seed and in what they learn from.

    Args:
        prepared: Encoded rows; only the training rows are touched.
        recipe: Of every member; the seed is replaced.
        members: How many; beyond eight the folds are drawn anew.
        seed: Decides folds and member seeds.
        lesson: What they learn from; None: rows.
        setting: How to compute; None: float32 on the CPU.
        on_epoch: Called with (epochs done, epochs in all).
        stop: True ends training, keeping the best so far.
        snapshots_at: Epochs whose parameters are to be looked at afterwards; see ``TrainResult.at``.

    Raises:
        TrainingError: If no member has finite parameters.
    """
    given = row_lesson(prepared, members, seed) if lesson is None else lesson
    result = train_members(
        [recipe.replace(seed=seed * 1_000_003 + member) for member in range(members)],
        given.data,
        given.units,
        target=given.target,
        classes=prepared.decided.target.classes,
        setting=setting,
        on_epoch=on_epoch,
        stop=stop,
        snapshots_at=snapshots_at,
    )
    ensemble = Ensemble(result, given.rows, prepared.encoded.codes)
    if not ensemble.usable:
        lr = optimizer_numbers(recipe, OPTIMIZERS(recipe.optimizer))["lr"]
        raise TrainingError(
            f"Training diverged: all {members} networks ended with values that are not finite. "
            f"The learning rate was {lr:g}; try --lr {lr / 10:g}."
        )
    return ensemble
