"""Candidates: all variants of a comparison in training, each on the same few divisions of the rows."""

from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np

from pellucid.experiments.compare.bench import FoldEncoding, Workbench
from pellucid.records import Recipe, TargetSpec, encode_json
from pellucid.shapes import Array, Codes, RowNumbers
from pellucid.tables import Fold
from pellucid.training import StackRows, Trainer

__all__ = ["Candidates"]


class Candidates:
    """Every variant on every split; several trainers where rows are encoded differently, which stand as one.

    Rows that a split holds out pick a network's epoch and rank it, whatever its recipe does with them.

    Args:
        bench: The question and its rows.
        splits: Divisions of the rows.
        seeds: Of the networks, one a split: the same for all variants, which are so compared in pairs.

    Attributes:
        recipes: Of every network ``[k]``, split after split.
        own: Number of the variant that each belongs to ``[k]``.
    """

    def __init__(self, bench: Workbench, splits: Sequence[Fold], seeds: Sequence[int]) -> None:
        variants = bench.question.variants
        self.recipes: list[Recipe] = []
        self.own: Codes = np.tile(np.arange(len(variants)), len(splits))
        groups: dict[Hashable, _Group] = {}
        encodings: dict[Hashable, FoldEncoding] = {}
        for split, seed in zip(splits, seeds, strict=True):
            for variant in variants:
                key = (split.number, encode_json(variant.preparation), variant.target_expression)
                if key not in encodings:
                    encodings[key] = bench.fitted(split.train, variant)
                spec = bench.spec_of(variant)
                group = groups.setdefault((encodings[key].layout, encode_json(spec)), _Group(spec))
                group.add(len(self.recipes), key, split)
                self.recipes.append(variant.recipe.replace(seed=seed))
        self._numbers = [group.numbers for group in groups.values()]
        self._trainers = [group.trainer(bench, self.recipes, encodings) for group in groups.values()]

    def run(
        self,
        *,
        members: Sequence[int],
        until: Sequence[int],
        on_epoch: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Train these networks, or let them go on.

        Args:
            members: Numbers of those that train.
            until: Pause after so many epochs, of each network ``[k]``.
            on_epoch: Called with (epochs done, epochs in all) of all of them together.
            stop: True ends training for good.
        """
        chosen, pauses = set(members), np.asarray(until)
        there = self.per_member("epochs")
        each = [[place for place, number in enumerate(own) if number in chosen] for own in self._numbers]
        waits = [
            int((pauses - there)[[own[place] for place in places]].sum())
            for own, places in zip(self._numbers, each, strict=True)
        ]
        for number, (own, places, trainer) in enumerate(zip(self._numbers, each, self._trainers, strict=True)):
            if not places or stop():
                continue
            before, weight = sum(waits[:number]), waits[number]

            def told(epoch: int, epochs: int, before: int = before, weight: int = weight) -> None:
                if on_epoch is not None:
                    on_epoch(before + weight * epoch // max(1, epochs), max(1, sum(waits)))

            trainer.run(members=places, until=pauses[own].tolist(), on_epoch=told, stop=stop)

    def per_member(self, field: str) -> Array:
        """One of ``Trainer.per_member``'s arrays, network by network ``[k]``."""
        columns = [trainer.per_member(field) for trainer in self._trainers]
        found: Array = np.empty(len(self.recipes), dtype=columns[0].dtype)
        for own, column in zip(self._numbers, columns, strict=True):
            found[own] = column
        return found

    def let_go(self, members: Sequence[int]) -> None:
        """Forget what these would need to go on."""
        gone = set(members)
        for own, trainer in zip(self._numbers, self._trainers, strict=True):
            trainer.let_go([place for place, number in enumerate(own) if number in gone])

    def state(self) -> dict[str, Array]:
        """Where training stands, as plain arrays."""
        return {
            f"{number}.{name}": array
            for number, trainer in enumerate(self._trainers)
            for name, array in trainer.state().items()
        }

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from what ``state`` gave, for the same question and splits.

        Raises:
            ValueError: If the arrays are those of other recipes.
        """
        for number, trainer in enumerate(self._trainers):
            start = f"{number}."
            trainer.restore({name.removeprefix(start): each for name, each in state.items() if name.startswith(start)})


class _Group:
    """Networks of one trainer, on rows that lie in one table, encoded for one split after the other."""

    def __init__(self, spec: TargetSpec) -> None:
        self._spec = spec
        self.numbers: list[int] = []
        self._keys: list[Hashable] = []
        self._splits: dict[Hashable, Fold] = {}

    def add(self, number: int, key: Hashable, split: Fold) -> None:
        self.numbers.append(number)
        self._keys.append(key)
        self._splits.setdefault(key, split)

    def trainer(
        self, bench: Workbench, recipes: Sequence[Recipe], encodings: Mapping[Hashable, FoldEncoding]
    ) -> Trainer:
        # Equal rows are one array: what is looked up about them is looked up once.
        rows: dict[Hashable, tuple[RowNumbers, RowNumbers]] = {
            key: (split.train + place * bench.rows.count, split.test + place * bench.rows.count)
            for place, (key, split) in enumerate(self._splits.items())
        }
        return Trainer(
            [recipes[number] for number in self.numbers],
            bench.laid([encodings[key] for key in self._splits]),
            StackRows(tuple(rows[key][0] for key in self._keys), tuple(rows[key][1] for key in self._keys)),
            target=self._spec,
            classes=bench.rows.target.classes,
            setting=bench.question.setting,
        )
