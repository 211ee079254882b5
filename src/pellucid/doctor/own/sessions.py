"""What a member's training showed, as the facts that rules look at."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from pellucid.doctor.facts import LayerSeen, ModelSeen, OptimizerSeen, Pass, Phase, Session
from pellucid.doctor.own.beginning import Beginning, begin
from pellucid.doctor.own.course import course_of
from pellucid.doctor.own.first_steps import FirstSteps
from pellucid.doctor.own.losses import as_twin_targets
from pellucid.doctor.own.modules import behind_embedding, embedded
from pellucid.doctor.own.sample import Sample, sampled
from pellucid.objectives import Objective
from pellucid.objectives.penalties import penalties_of
from pellucid.optimizers import OPTIMIZERS
from pellucid.records import Recipe, TargetSpec
from pellucid.training import StackOutcome, StackRows, TrainingData, TrainResult
from pellucid.training.batches import steps_per_epoch

__all__ = ["MemberSeen", "members_seen"]

ROWS = 1024
"""Units of each side that are looked at, evenly over the targets."""
_TITLES = {"gradient_descent": "gradient descent", "adamw": "AdamW", "adam": "Adam", "sgd": "SGD"}


@dataclass(frozen=True, kw_only=True)
class MemberSeen:
    """One member.

    Attributes:
        member: Its number.
        is_first: Whether it stands for all members of its recipe in what is asked of one of them.
        kin: Numbers of the members that differ from it in seed and rows alone, itself included.
        recipe: As given.
        lr: Its full learning rate.
        network: The layers behind the embedding, and its training.
        outputs: Of the rows there, in evaluation mode ``[n, o]``.
        columns: The encoded columns, numbers and what passes beside them.
        rows: The same with the codes of embedded categories behind them, on both sides.
        penalty: The optimizer with its penalty on squares.
        checked: Least validation loss of all epochs; None without validation rows.
        aims: Targets of its validation rows, as the loss's twin wants them.
    """

    member: int
    is_first: bool
    kin: tuple[int, ...]
    recipe: Recipe
    lr: float
    network: Session
    outputs: Tensor
    columns: Session
    rows: Session
    penalty: Session
    checked: float | None
    aims: Tensor | None


def members_seen(result: TrainResult, data: TrainingData, rows: StackRows, target: TargetSpec) -> Iterator[MemberSeen]:
    """Every member that has parameters to look at, stack by stack."""
    for positions, outcome in zip(result.stacks, result.outcomes, strict=True):
        stack = _Stack(result, outcome, data, rows, positions)
        begun: dict[Recipe, Beginning] = {}
        kin: dict[Recipe, list[int]] = {}
        usable = [place for place in range(len(positions)) if outcome.best_epoch[place]]
        for place in usable:
            kin.setdefault(_without_seed(result, positions[place]), []).append(positions[place])
        for place in usable:
            key = _without_seed(result, positions[place])
            is_first = key not in begun
            if is_first:
                begun[key] = begin(result, positions[place], data, rows, target, stack.learnt[place])
            yield stack.member(place, begun[key], tuple(kin[key]), is_first=is_first)


def _without_seed(result: TrainResult, position: int) -> Recipe:
    return result.recipes[position].replace(seed=0)


class _Stack:
    """What members of a stack have in common, looked up once.

    Attributes:
        learnt: Units to look at among those that each member learned from ``[m]``.
    """

    def __init__(
        self,
        result: TrainResult,
        outcome: StackOutcome,
        data: TrainingData,
        rows: StackRows,
        positions: Sequence[int],
    ) -> None:
        self._result, self._outcome, self._data, self._positions = result, outcome, data, positions
        self._rows = rows.take(positions)
        self.learnt = [sampled(own, data.targets, ROWS) for own in self._rows.train]
        self._inputs = _embedded(outcome, data, self.learnt)
        self._losses, self._checked = (outcome.history.curve(each, len(positions)) for each in ("loss", "val_loss"))
        self._arrays = outcome.parameters.arrays()

    def member(self, place: int, begun: Beginning, kin: tuple[int, ...], *, is_first: bool) -> MemberSeen:
        """One of them."""
        position, data, learnt = self._positions[place], self._data, self.learnt[place]
        recipe, objective = self._result.recipes[position], self._result.objectives[position]
        arrays = {name: array[place] for name, array in self._arrays.items()}
        network = behind_embedding(self._result.network(position), arrays, data.inputs.dtype)
        layers, outputs = _run(network, self._inputs[place])
        is_row, checks = data.units is None, self._rows.validation[place]
        judged = sampled(checks, data.targets, ROWS) if len(checks) else None
        model = ModelSeen(
            network,
            "The network",
            initial=begun.initial if is_first else None,
            layers=layers,
            inputs=self._inputs[place],
            targets=_targets(objective, data, learnt) if is_row else None,
            outputs=begun.site.calls[0].output if is_first else None,
        )
        session = self._session(place, recipe, begun, model)
        whole = _columns(data, learnt)
        columns = dataclasses.replace(model, layers=[], targets=None, inputs=whole[:, : data.numeric + data.passed])
        beside = _columns(data, judged) if judged is not None and is_row else None
        repeated = dataclasses.replace(columns, inputs=whole, judged_inputs=beside)
        pull = sum(penalty.parts[1] for penalty in penalties_of(recipe))
        pulled = dataclasses.replace(session.optimizers[0], kind="SGD", first=[{"weight_decay": pull}])
        curve = self._checked[place]
        return MemberSeen(
            member=position,
            is_first=is_first,
            kin=kin,
            recipe=recipe,
            lr=begun.steps.lr,
            network=session,
            outputs=outputs,
            columns=dataclasses.replace(session, models=[columns]),
            rows=dataclasses.replace(session, models=[repeated]),
            penalty=dataclasses.replace(session, optimizers=[pulled]),
            checked=float(np.nanmin(curve)) if judged is not None and np.isfinite(curve).any() else None,
            aims=_targets(objective, data, judged, is_judging=True) if judged is not None and is_row else None,
        )

    def _session(self, place: int, recipe: Recipe, begun: Beginning, model: ModelSeen) -> Session:
        learns, epochs = len(self._rows.train[place]), self._outcome.epochs[place]
        full_batch = OPTIMIZERS(recipe.optimizer).entry.full_batch
        batch = learns if full_batch else min(recipe.batch_size, learns)
        steps = steps_per_epoch(learns, batch, drop_last=recipe.drop_last)
        return Session(
            models=[model],
            optimizers=[_optimizer(recipe, begun.steps, steps * epochs)],
            losses=[begun.site],
            passes=[_pass(model.module, learns, batch, steps * epochs, drop_last=recipe.drop_last)],
            backwards=[course_of(begun.value, self._losses[place, :epochs], steps)],
            updates=steps * epochs,
            is_over=True,
        )


def _embedded(outcome: StackOutcome, data: TrainingData, samples: Sequence[Sample]) -> list[Tensor]:
    """What reaches every member's layers behind the embedding of its own rows."""
    longest = max(len(sample.filled) for sample in samples)
    units = torch.as_tensor(np.stack([np.resize(sample.filled, longest) for sample in samples]))
    found = embedded(outcome.network, outcome.parameters.views, data, units)
    if data.units is not None:  # rows of units that stand there twice do no harm
        return list(found)
    return [own[: sample.count] for own, sample in zip(found, samples, strict=True)]


def _targets(objective: Objective, data: TrainingData, sample: Sample, *, is_judging: bool = False) -> Tensor:
    targets = data.targets[torch.as_tensor(sample.filled[: sample.count])]
    return as_twin_targets(objective, targets, objective.outputs, is_judging=is_judging)


def _columns(data: TrainingData, sample: Sample) -> Tensor:
    """The encoded columns of the rows that a sample's units are made of."""
    units = torch.as_tensor(sample.filled[: sample.count]).unsqueeze(0)
    inputs, _, codes = data.gather(units)
    dense = inputs[0, :, : data.numeric + data.passed]
    return dense if codes is None else torch.cat([dense, codes[0].to(dense.dtype)], 1)


def _run(network: nn.Module, rows: Tensor) -> tuple[list[LayerSeen], Tensor]:
    """Its layers in order, with the shapes of what passes them, and its outputs."""
    found = []
    with torch.no_grad():
        x = rows
        for path, layer in network.named_children():
            given, x = x, layer(x)
            found.append(LayerSeen(path, layer, tuple(given.shape), tuple(x.shape)))
    return found, x


def _optimizer(recipe: Recipe, begun: FirstSteps, updates: int) -> OptimizerSeen:
    name = OPTIMIZERS(recipe.optimizer).name
    return OptimizerSeen(
        cast(torch.optim.Optimizer, None),  # ours is none of PyTorch's, and no rule that is asked looks at it
        _TITLES.get(name, name),
        rates=[(sample.step, begun.lr) for sample in begun.samples],
        steps=updates,
        samples=begun.samples,
    )


def _pass(network: nn.Module, learns: int, batch: int, updates: int, *, drop_last: bool) -> Pass:
    """An epoch's batches."""
    full, rest = divmod(learns, batch)
    sizes = [batch] * full + ([rest] if rest and not (drop_last and full) else [])
    norms = tuple(path for path, each in network.named_modules() if isinstance(each, nn.BatchNorm1d))
    return Pass(0, Phase(training=True, grad=True), norms, (), sizes, updates, updates)
