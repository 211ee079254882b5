"""Work on one unit: encode its folds, train its networks in stacks, judge each on the test rows of its fold."""

import time
from collections.abc import Callable, Hashable, Sequence

import numpy as np
import torch

from pellucid.evaluation import Judgement
from pellucid.experiments.compare.bench import FoldEncoding, Workbench, picks_epochs
from pellucid.experiments.compare.ledger import ENDINGS, UnitResult
from pellucid.experiments.compare.outputs import member_outputs
from pellucid.experiments.compare.units import Cell, Unit
from pellucid.experiments.strangers import with_average_strangers
from pellucid.records import TargetSpec, encode_json
from pellucid.shapes import Array, Floats, RowNumbers
from pellucid.training import StackRows, TrainingData, TrainResult, train_members
from pellucid.training.giving_back import give_memory_back

__all__ = ["work_on"]


def work_on(
    bench: Workbench,
    unit: Unit,
    *,
    on_networks: Callable[[float], None] = lambda done: None,
    stop: Callable[[], bool] = lambda: False,
) -> UnitResult:
    """Train and judge a unit's networks.

    Args:
        bench: What is asked, and of which rows.
        unit: Which.
        on_networks: Is told how many networks' worth of training is done.
        stop: Asked before each step, or ten times a second; True ends training there. What comes back then is worth
            only what it is.
    """
    started = time.monotonic()

    def over() -> bool:
        return stop() or (unit.seconds is not None and time.monotonic() - started > unit.seconds)

    parts: list[_Part] = []
    done = 0
    for group in _groups(bench, unit.cells):
        before = done

        def told(epoch: int, epochs: int, before: int = before, size: int = len(group.cells)) -> None:
            on_networks(before + size * epoch / epochs)

        parts.append(_Part(bench, group, group.train(bench, told, over)))
        done += len(group.cells)
        give_memory_back()
    return _joined(unit.cells, parts, time.monotonic() - started)


def _groups(bench: Workbench, cells: Sequence[Cell]) -> list["_Group"]:
    """Networks whose rows lie in one table."""
    encodings: dict[Hashable, FoldEncoding] = {}
    groups: dict[Hashable, _Group] = {}
    for cell in cells:
        variant = bench.question.variants[cell.variant]
        fold = bench.folds[cell.repeat, cell.fold]
        key = (cell.repeat, cell.fold, encode_json(variant.preparation), variant.target_expression)
        if key not in encodings:
            encodings[key] = bench.fitted(fold.train, variant)
        own = encodings[key]
        spec = bench.spec_of(variant)
        group = groups.setdefault((own.layout, encode_json(spec)), _Group(spec))
        group.add(cell, key, own)
    return list(groups.values())


class _Group:
    """Networks that one call trains, on rows that lie in one table, encoded for one fold after the other."""

    def __init__(self, spec: TargetSpec) -> None:
        self.spec = spec
        self.cells: list[Cell] = []
        self._own: list[Hashable] = []
        self._encodings: dict[Hashable, FoldEncoding] = {}

    def add(self, cell: Cell, key: Hashable, encoding: FoldEncoding) -> None:
        self.cells.append(cell)
        self._own.append(key)
        self._encodings.setdefault(key, encoding)

    def encoding(self, member: int) -> FoldEncoding:
        """How the member's rows are encoded."""
        return self._encodings[self._own[member]]

    def train(
        self, bench: Workbench, on_epoch: Callable[[int, int], None], stop: Callable[[], bool]
    ) -> tuple[TrainResult, dict[int, Floats]]:
        """The trained members, and outputs of those that are sound on their test rows."""
        data = bench.laid(list(self._encodings.values()))
        starts = {key: place * bench.rows.count for place, key in enumerate(self._encodings)}
        # Equal rows are one array: what is looked up about them is looked up once.
        parts: dict[Hashable, tuple[RowNumbers, RowNumbers]] = {}
        tests: dict[Hashable, RowNumbers] = {}
        nothing = np.arange(0)
        train, validation, test, recipes = [], [], [], []
        for cell, key in zip(self.cells, self._own, strict=True):
            recipe, start = bench.question.variants[cell.variant].recipe, starts[key]
            fold, picks = bench.folds[cell.repeat, cell.fold], picks_epochs(recipe)
            if (key, picks) not in parts:
                learn, pick = bench.picked(fold, cell) if picks else (fold.train, nothing)
                parts[key, picks], tests[key] = (learn + start, pick + start), fold.test + start
            train.append(parts[key, picks][0])
            validation.append(parts[key, picks][1])
            test.append(tests[key])
            recipes.append(recipe.replace(seed=bench.question.member_seed(cell.repeat, cell.fold)))
        result = train_members(
            recipes,
            data,
            StackRows(tuple(train), tuple(validation)),
            target=self.spec,
            classes=bench.rows.target.classes,
            setting=bench.question.setting,
            on_epoch=on_epoch,
            stop=stop,
        )
        if data.codes is not None:
            _average_strangers(result, data, train)
        sound = [member for member, epoch in enumerate(result.per_member("best_epoch")) if epoch]
        return result, member_outputs(result, data, test, sound)


def _average_strangers(result: TrainResult, data: TrainingData, train: Sequence[RowNumbers]) -> None:
    """Give the categories that a member never met the mean of those that it met, as a saved model has it."""
    assert data.codes is not None
    codes = data.codes.cpu().numpy()
    for positions, outcome in zip(result.stacks, result.outcomes, strict=True):
        for spec in outcome.parameters.specs:
            if spec.kind != "category":
                continue
            column = int(spec.name.rpartition(".")[2])
            for place, position in enumerate(positions):
                corner = outcome.parameters.views[spec.name][place][tuple(slice(0, size) for size in spec.true_shape)]
                own = codes[train[position], column]
                corner.copy_(torch.from_numpy(with_average_strangers(corner.cpu().numpy(), own)))


class _Part:
    """The judged members of one group."""

    def __init__(self, bench: Workbench, group: _Group, trained: tuple[TrainResult, dict[int, Floats]]) -> None:
        result, outputs = trained
        self.cells = group.cells
        self.epochs, self.best_epoch = result.per_member("epochs"), result.per_member("best_epoch")
        self.ended = result.per_member("ended")
        self.loss, self.val_loss = result.loss, result.val_loss
        self.score: list[float] = []
        self.said: list[Array | None] = []
        self.rows: list[int] = []
        for member, cell in enumerate(self.cells):
            test = bench.folds[cell.repeat, cell.fold].test
            self.rows.append(len(test))
            if member not in outputs:
                self.score.append(float("nan"))
                self.said.append(None)
                continue
            own, objective = group.encoding(member), result.objectives[member]
            judgement = bench.judge.judgement(objective.head, own.target_encoding, outputs[member])
            self.score.append(bench.judge.score(bench.rows.values[test], judgement))
            self.said.append(_told(judgement, len(bench.rows.target.classes)))


def _told(said: Judgement, classes: int) -> Array:
    """Predictions ``[n, p]`` that may be averaged; of classes told by scores, 1 for the decided one."""
    if said.probabilities is not None:
        return said.probabilities
    if classes and said.values.ndim == 1:
        return np.eye(classes)[said.values]
    return said.values.reshape(len(said.values), -1)


def _joined(cells: Sequence[Cell], parts: Sequence[_Part], seconds: float) -> UnitResult:
    """The members of all groups in the unit's order; those that time left no step are not there."""
    found: dict[Cell, tuple[_Part, int]] = {}
    for part in parts:
        for member, cell in enumerate(part.cells):
            untouched = part.ended[member] == "interrupted" and np.isnan(part.loss[member, 0])
            if not untouched:
                found[cell] = (part, member)
    there = [(cell, *found[cell]) for cell in cells if cell in found]
    said = [part.said[m] for _, part, m in there]
    width = max((each.shape[1] for each in said if each is not None), default=1)
    told: list[Array] = [
        np.full((part.rows[m], width), np.nan) if own is None else own
        for own, (_, part, m) in zip(said, there, strict=True)
    ]
    return UnitResult(
        cells=tuple(cell for cell, _, _ in there),
        score=np.array([part.score[m] for _, part, m in there], dtype=np.float64),
        epochs=np.array([part.epochs[m] for _, part, m in there], dtype=np.int64),
        best_epoch=np.array([part.best_epoch[m] for _, part, m in there], dtype=np.int64),
        ended=np.array([ENDINGS.index(part.ended[m]) for _, part, m in there], dtype=np.int64),
        loss=_curves([part.loss[m] for _, part, m in there]),
        val_loss=_curves([part.val_loss[m] for _, part, m in there]),
        rows=np.array([part.rows[m] for _, part, m in there], dtype=np.int64),
        predictions=np.concatenate(told).astype(np.float32) if told else np.zeros((0, width), dtype=np.float32),
        seconds=seconds,
    )


def _curves(curves: Sequence[Floats]) -> Floats:
    """Curves of differing length as one array, NaN behind their ends; no column where nobody has a number."""
    longest = max((int(np.flatnonzero(np.isfinite(curve)).max(initial=-1)) + 1 for curve in curves), default=0)
    found = np.full((len(curves), longest), np.nan, dtype=np.float32)
    for curve, place in zip(curves, found, strict=True):
        own = curve[:longest]
        place[: len(own)] = own
    return found
