"""One network's updates, told and checked: what the lines come to is what the trainer does, for every weight."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pellucid.errors import MismatchError
from pellucid.explain.symbols import Shown
from pellucid.explain.updates.account import Account
from pellucid.explain.updates.adam import ADAM
from pellucid.explain.updates.adamax import ADAMAX
from pellucid.explain.updates.averaged import ASGD, SCHEDULE_FREE_ADAMW
from pellucid.explain.updates.descent import GRADIENT_DESCENT, MOMENTUM, NESTEROV
from pellucid.explain.updates.lbfgs import LBFGSTelling
from pellucid.explain.updates.muon import MUON, MUON_REST
from pellucid.explain.updates.nadam import NADAM
from pellucid.explain.updates.radam import RADAM
from pellucid.explain.updates.signs import LION, RPROP
from pellucid.explain.updates.sparse_adam import SPARSE_ADAM
from pellucid.explain.updates.squares import ADADELTA, ADAGRAD, RMSPROP
from pellucid.explain.updates.telling import Arrays, FormulaTelling, Step, Telling
from pellucid.networks.layout import Tensors
from pellucid.optimizers import ChosenOptimizer, Hyper, StackOptimizer
from pellucid.optimizers.muon import hidden_weights
from pellucid.optimizers.optimizer import Again
from pellucid.records.passes import CheckRecord, LineRecord, RemarkRecord, StageRecord
from pellucid.shapes import Array

__all__ = ["ACCOUNTS", "Told", "Updater", "start_update"]

ACCOUNTS: Mapping[str, Account] = {
    "gradient_descent": GRADIENT_DESCENT,
    "momentum": MOMENTUM,
    "nesterov": NESTEROV,
    "adagrad": ADAGRAD,
    "adadelta": ADADELTA,
    "rmsprop": RMSPROP,
    "adam": ADAM,
    "adamw": ADAM,
    "adamax": ADAMAX,
    "nadam": NADAM,
    "radam": RADAM,
    "asgd": ASGD,
    "rprop": RPROP,
    "sparse_adam": SPARSE_ADAM,
    "lion": LION,
    "schedule_free_adamw": SCHEDULE_FREE_ADAMW,
}
"""Rules that treat every weight alike, by name; Muon and L-BFGS look at more than one weight at a time."""

AGAINST = "the trainer's own update"
# Rounding: of a step relative to the largest step of its parameter, and of the weight that it is added to.
_OF_STEP, _OF_WEIGHT = 1e-9, 1e-14


class Told(NamedTuple):
    """One step.

    Attributes:
        stages: What all weights share, with all numbers, then one stage for every weight that is shown.
        check: Against the trainer's own update.
        remarks: What stands out.
    """

    stages: tuple[StageRecord, ...]
    check: CheckRecord
    remarks: tuple[RemarkRecord, ...] = ()


def start_update(chosen: ChosenOptimizer, parameters: Tensors, numbers: Mapping[str, float]) -> "Updater":
    """A rule with fresh state for one network.

    Args:
        chosen: The rule.
        parameters: The network's, float64, one member.
        numbers: The rule's numbers that are no matter of structure, with the recipe's learning rate and weight decay.
    """
    return Updater(chosen, parameters, numbers)


class Updater:
    """Goes on from step to step; see :func:`start_update`."""

    def __init__(self, chosen: ChosenOptimizer, parameters: Tensors, numbers: Mapping[str, float]) -> None:
        self._chosen, self._parameters = chosen, parameters
        self._numbers = {**chosen.plain, **numbers}
        self._rule = StackOptimizer([chosen], parameters)
        self._telling = _telling(chosen, parameters, self._numbers)
        self._steps = 0

    def step(
        self,
        gradients: Tensors,
        shown: Sequence[Shown],
        again: Again | None = None,
        *,
        numbers: Mapping[str, float] | None = None,
    ) -> Told:
        """Tell one step, make it, and check that both come to the same.

        Args:
            gradients: Of the parameters; left as they are.
            shown: Weights that are told one by one.
            again: Writes the gradients at the parameters' present values and gives the loss there; for line searches.
            numbers: Those that a schedule has moved; None: all are as before.

        Raises:
            MismatchError: If a weight that the lines give is not the one that the trainer gives.
        """
        self._steps += 1
        if numbers is not None:
            self._numbers |= numbers
            self._telling.renumber(numbers)
        old, before = self._parameters.arrays(0), gradients.arrays(0)

        def look(there: Arrays) -> tuple[float, Arrays]:
            assert again is not None
            self._parameters.load(0, there)
            loss = float(again()[0])
            found = gradients.arrays(0)
            self._parameters.load(0, old)
            return loss, found

        # What overflows or is no number is told as such.
        with np.errstate(all="ignore"):
            told = self._telling.step(old, before, look)
        gradients.load(0, before)
        hyper = Hyper({name: np.array([value]) for name, value in self._numbers.items()})
        # Most rules overwrite gradients as they please; a line search asks for new ones in their place.
        own = gradients if self._chosen.entry.looks_again else gradients.take([0])
        self._rule.update(self._parameters, own, hyper, again)
        gradients.load(0, before)
        with np.errstate(all="ignore"):
            check = self._check(told, old)
            return Told(self._stages(told, old, before, shown), check)

    def _check(self, told: Step, old: Arrays) -> CheckRecord:
        compared, largest, place = 0, 0.0, ""
        pairs = [(told.new, self._parameters.arrays(0))]
        predicting = self._rule.evaluation(self._parameters)
        if told.predicting is not None and isinstance(predicting, Tensors):
            pairs.append((told.predicting, predicting.arrays(0)))
        for mine, theirs in pairs:
            for name, expected in theirs.items():
                if not expected.size:
                    continue
                compared += expected.size
                gap, scale = _gaps(mine[name], expected), np.maximum(1.0, np.abs(expected))
                moved = np.abs(expected - old[name])
                step = moved[np.isfinite(moved)].max(initial=0.0)
                wrong = np.argwhere(~(gap <= _OF_STEP * step + _OF_WEIGHT * scale) & (gap > 0)).tolist()
                if wrong:
                    at = tuple(wrong[0])
                    raise MismatchError(_place(name, at), float(mine[name][at]), float(expected[at]), AGAINST)
                relative = np.where(gap > 0, gap / scale, 0.0)
                if float(relative.max()) > largest or not place:
                    worst = np.argwhere(relative == relative.max()).tolist()[0]
                    largest, place = float(relative.max()), _place(name, tuple(worst))
        return CheckRecord(against=AGAINST, compared=compared, largest=largest, place=place)

    def _stages(self, told: Step, old: Arrays, gradients: Arrays, shown: Sequence[Shown]) -> tuple[StageRecord, ...]:
        arrays = {
            name: {"before": old[name], "g": gradients[name], **told.arrays[name], "after": told.new[name]}
            for name in told.arrays
        }
        total = sum(each["after"].size for each in arrays.values())
        title = f"{self._chosen.name}, step {self._steps}"
        first = StageRecord(
            phase="update",
            title=title,
            sentence=told.sentence,
            lines=(*self._numbers_of(), *told.shared),
            folded=max(0, total - len(shown)),
            arrays={name: {key: value.tolist() for key, value in each.items()} for name, each in arrays.items()},
        )
        singles = []
        for each in shown:
            lines = told.lines(each)
            if lines:
                gradient = LineRecord(
                    symbol="g", formula=f"∂L/∂{each.symbol}", value=float(gradients[each.parameter][each.index])
                )
                singles.append(StageRecord(phase="update", title=f"{title}: {each.symbol}", lines=(gradient, *lines)))
        return (first, *singles)

    def _numbers_of(self) -> tuple[LineRecord, ...]:
        return (LineRecord(symbol="lr", formula="", value=float(self._numbers["lr"]), note="the learning rate"),)


def _telling(chosen: ChosenOptimizer, parameters: Tensors, numbers: Mapping[str, float]) -> Telling:
    if chosen.name == "lbfgs":
        return LBFGSTelling(chosen, parameters, numbers)
    hidden = hidden_weights(parameters.specs) if chosen.name == "muon" else {}

    def account(name: str) -> Account:
        if chosen.name == "muon":
            return MUON if name in hidden else MUON_REST
        return ACCOUNTS[chosen.name]

    return FormulaTelling(chosen, parameters, numbers, account)


def _gaps(found: Array, expected: Array) -> Array:
    """|found − expected|; nothing where both are the same infinity or no number."""
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        gap = np.abs(found - expected)
    return np.where(same, 0.0, np.where(np.isnan(gap), np.inf, gap))


def _place(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, index))}]"
