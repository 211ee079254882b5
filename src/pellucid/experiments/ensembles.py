"""A small ensemble: members over inner folds, trained as one stack."""

from collections.abc import Callable

import numpy as np

from pellucid.errors import TrainingError
from pellucid.experiments.preparing import Prepared
from pellucid.records import MemberRecord, Recipe
from pellucid.shapes import Array, Codes, RowNumbers
from pellucid.tables import fold_rows
from pellucid.training import StackRows, TrainingData, TrainResult, train_members

__all__ = ["MEMBERS", "Ensemble", "train_ensemble"]

MEMBERS = 8
# Fewer folds would leave each member too few rows to learn from, more would choose epochs on too few.
_LEAST_FOLDS, _MOST_FOLDS = 5, 8


class Ensemble:
    """Trained members.

    Attributes:
        result: All members, the failed ones too.
        rows: Each member's rows.
        usable: Positions of the members whose parameters are sound.
        records: What became of each member.
    """

    def __init__(self, result: TrainResult, rows: StackRows, codes: Codes) -> None:
        self.result, self.rows, self._codes = result, rows, codes
        best_epoch, ended = result.per_member("best_epoch"), result.per_member("ended")
        best, epochs = result.per_member("best"), result.per_member("epochs")
        self.usable = [m for m in range(len(result.recipes)) if best_epoch[m]]
        self.records = tuple(
            MemberRecord(
                seed=recipe.seed,
                train_rows=len(rows.train[m]),
                validation_rows=len(rows.validation[m]),
                epochs=int(epochs[m]),
                best_epoch=int(best_epoch[m]),
                # JSON has no NaN; a member that never had a sound value says −1.
                best_validation=float(best[m]) if np.isfinite(best[m]) else -1.0,
                ended=str(ended[m]),
            )
            for m, recipe in enumerate(result.recipes)
        )

    def arrays(self) -> dict[str, Array]:
        """Stacked parameters ``[m, …]`` of the usable members.

        A category that a member never met has a vector that it never trained; it gets the mean of those that it met,
        weighted by how often, so that an unseen category counts as an average one and not as a random one.
        """
        members = [self._with_average_strangers(m) for m in self.usable]
        return {name: np.stack([arrays[name] for arrays in members]) for name in members[0]}

    def _with_average_strangers(self, member: int) -> dict[str, Array]:
        arrays = self.result.parameters(member)
        for column in range(self._codes.shape[1]):
            table = arrays[f"0.category.{column}"]
            met = np.bincount(self._codes[self.rows.train[member], column], minlength=len(table))
            table[met == 0] = met @ table / met.sum()
        return arrays


def train_ensemble(
    prepared: Prepared,
    recipe: Recipe,
    *,
    members: int = MEMBERS,
    seed: int = 0,
    on_epoch: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Ensemble:
    """Train members that differ in seed and in the fold that picks their epoch.

    Args:
        prepared: Encoded rows; only the training rows are touched.
        recipe: Of every member; the seed is replaced.
        members: How many; beyond eight the folds are drawn anew.
        seed: Decides folds and member seeds.
        on_epoch: Called with (epochs done, epochs in all).
        stop: True ends training, keeping the best so far.

    Raises:
        TrainingError: If no member has finite parameters.
    """
    decided = prepared.decided
    data = TrainingData.of(
        prepared.encoded.numbers,
        prepared.targets,
        codes=prepared.encoded.codes,
        numeric=prepared.encoding.numeric,
        categories=prepared.encoding.categories,
    )
    rows = _folds(prepared, members, seed)
    result = train_members(
        [recipe.replace(seed=seed * 1_000_003 + member) for member in range(members)],
        data,
        rows,
        task=decided.target.task,
        classes=decided.target.classes,
        on_epoch=on_epoch,
        stop=stop,
    )
    ensemble = Ensemble(result, rows, prepared.encoded.codes)
    if not ensemble.usable:
        raise TrainingError(
            f"Training diverged: all {members} networks ended with values that are not finite. "
            f"The learning rate was {recipe.lr:g}; try --lr {recipe.lr / 10:g}."
        )
    return ensemble


def _folds(prepared: Prepared, members: int, seed: int) -> StackRows:
    """Each member's rows: it learns from all folds but one, and that one picks its epoch."""
    decided = prepared.decided
    own = decided.train
    values, groups = decided.values[own], decided.groups[own]
    count = min(max(min(members, _MOST_FOLDS), _LEAST_FOLDS), len(np.unique(groups)))
    train: list[RowNumbers] = []
    validation: list[RowNumbers] = []
    for member in range(members):
        if member % count == 0:
            folds = fold_rows(values, decided.target.task, folds=count, seed=seed + member // count, groups=groups)
        learns, checks = folds[member % count]
        train.append(own[learns])
        validation.append(own[checks])
    return StackRows(tuple(train), tuple(validation))
