"""A step of a rule that is told by formulas: worked out for whole parameters, shown for single weights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from pellucid.explain.notation import put_in, work_out
from pellucid.explain.symbols import Shown
from pellucid.explain.updates.account import Account, Formula, Now
from pellucid.networks.layout import Tensors
from pellucid.optimizers import ChosenOptimizer
from pellucid.optimizers.optimizer import moving
from pellucid.records.passes import LineRecord
from pellucid.shapes import Array

__all__ = ["Arrays", "FormulaTelling", "Look", "Step", "Telling"]

Arrays: TypeAlias = dict[str, Array]
"""Parameter → its values, in the shape of the model file."""
Look: TypeAlias = Callable[[Arrays], tuple[float, Arrays]]
"""Loss and gradients at other parameters."""


@dataclass(frozen=True)
class Step:
    """One step, told.

    Attributes:
        new: Parameters after it.
        predicting: Parameters to predict with after it; None: the new ones.
        shared: Lines of what all weights share.
        sentence: What happens, in words.
        lines: Lines of one weight.
        arrays: State after the step, by parameter and symbol.
    """

    new: Arrays
    predicting: Arrays | None
    shared: tuple[LineRecord, ...]
    sentence: str
    lines: Callable[[Shown], tuple[LineRecord, ...]]
    arrays: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)


class Telling(Protocol):
    """A rule with its state, in float64 and in the plainest form."""

    def step(self, old: Arrays, gradients: Arrays, look: Look) -> Step:
        """One step.

        Args:
            old: Parameters before it.
            gradients: Of them.
            look: For rules that look several times.
        """

    def renumber(self, numbers: Mapping[str, float]) -> None:
        """Go on with other numbers, as a schedule wants it."""


class _Line(NamedTuple):
    """A formula with everything that it was worked out from."""

    formula: Formula
    values: Mapping[str, Any]
    result: Any
    whole: bool


class FormulaTelling:
    """A rule whose weights move by formulas.

    Args:
        chosen: The rule.
        parameters: Its parameters, for their groups.
        numbers: The rule's numbers by the name of their parameter.
        account: Parameter → how it is told.
    """

    def __init__(
        self,
        chosen: ChosenOptimizer,
        parameters: Tensors,
        numbers: Mapping[str, float],
        account: Callable[[str], Account],
    ) -> None:
        self._chosen, self._numbers, self._account = chosen, dict(numbers), account
        self._kinds = {spec.name: spec.kind for spec in parameters.specs}
        self._groups = [group for group in parameters.groups if moving(group)]
        self._state: dict[str, Arrays] = {}
        self._own: dict[str, float] = {}
        self._t = 0

    def step(self, old: Arrays, gradients: Arrays, look: Look) -> Step:
        """One step."""
        self._t += 1
        new = dict(old)
        told: dict[str, list[_Line]] = {}
        shared: list[_Line] = []
        sentence = ""
        for group in self._groups:
            for name in group.names:
                account = self._account(name)
                now = Now(
                    t=self._t,
                    numbers=self._numbers,
                    structural=self._chosen.structural,
                    decays=group.decays,
                    factor=group.lr_factor,
                    shape=old[name].shape,
                    table=self._kinds[name] == "category",
                )
                formulas = account.formulas(now)
                if not shared and formulas.shared:
                    shared = self._share(account, now, formulas.shared)
                sentence = sentence or formulas.sentence
                known = {line.formula.symbol: line.result for line in shared}
                told[name] = self._tell(name, account, now, formulas.each, old[name], gradients[name], known)
                new[name] = self._after(name, now, old[name], gradients[name], told[name])
        predicts = {name: self._account(name).predicts for name in told}
        predicting = {name: self._state[name][predicts[name]] for name in told} if any(predicts.values()) else None

        def lines(shown: Shown) -> tuple[LineRecord, ...]:
            return tuple(_record(line, shown) for line in told.get(shown.parameter, ()))

        return Step(
            new,
            None if predicting is None else {**new, **predicting},
            tuple(_record(line) for line in shared),
            sentence,
            lines,
            {name: dict(self._state[name]) for name in told},
        )

    def renumber(self, numbers: Mapping[str, float]) -> None:
        """Go on with other numbers."""
        self._numbers |= numbers

    def _base(self, account: Account, now: Now) -> dict[str, Any]:
        """What every formula may speak of."""
        named = {account.symbols.get(name, name): value for name, value in self._numbers.items()}
        return {**named, "t": now.t, "lr": now.numbers["lr"] * now.factor, "lr_0": now.numbers["lr"], "f": now.factor}

    def _share(self, account: Account, now: Now, formulas: tuple[Formula, ...]) -> list[_Line]:
        known = {**self._base(account, now), **account.own, **self._own}
        lines = []
        for formula in formulas:
            line = _Line(formula, dict(known), float(work_out(formula.text, known)), False)
            known[formula.symbol] = line.result
            lines.append(line)
        self._own = {symbol: known[symbol] for symbol in account.own}
        return lines

    def _tell(
        self,
        name: str,
        account: Account,
        now: Now,
        formulas: tuple[Formula, ...],
        weight: Array,
        gradient: Array,
        shared: Mapping[str, Any],
    ) -> list[_Line]:
        state = self._state.setdefault(name, {key: self._start(key, account, now, weight) for key in account.kept})
        known = {**self._base(account, now), **shared, **state, "w": weight, "g": gradient}
        if weight.ndim == 2:
            known |= {"i": float(weight.shape[0]), "o": float(weight.shape[1])}
        whole = account.whole(now)
        lines = []
        for formula in formulas:
            result = np.broadcast_to(work_out(formula.text, known, whole), weight.shape).astype(np.float64)
            lines.append(_Line(formula, dict(known), result, any(f"{each}(" in formula.text for each in whole)))
            known[formula.symbol] = result
        return lines

    @staticmethod
    def _start(key: str, account: Account, now: Now, weight: Array) -> Array:
        start = account.kept[key]
        if start == "w":
            return weight.copy()
        value = now.numbers[start] if isinstance(start, str) else start
        # What begins with the learning rate begins with that of its group.
        return np.full(weight.shape, value * (now.factor if start == "lr" else 1.0))

    def _after(self, name: str, now: Now, weight: Array, gradient: Array, lines: list[_Line]) -> Array:
        """Keep the state, and give the new weight; rows of a table that nobody looked up stay as they were."""
        results = {line.formula.symbol: line.result for line in lines} if lines else {}
        moves = np.ones_like(weight, dtype=bool)
        if now.table and self._chosen.name == "sparse_adam":
            moves = np.broadcast_to((gradient != 0).any(-1, keepdims=True), weight.shape)
        state = self._state[name]
        self._state[name] = {key: np.where(moves, results.get(key, old), old) for key, old in state.items()}
        found: Array = np.where(moves, results["w"], weight)
        return found


def _record(line: _Line, shown: Shown | None = None) -> LineRecord:
    """A line for one weight, or for all."""

    def single(value: Any) -> float:
        return float(value[shown.index]) if shown is not None and np.ndim(value) else float(value)

    formula = line.formula
    called = {"w": shown.symbol, "Δw": f"Δ{shown.symbol}"} if shown is not None else {}
    values = {name: single(value) for name, value in line.values.items()}
    numbers = "" if line.whole else put_in(formula.text, values)
    shown_formula = put_in(formula.text, called)
    return LineRecord(
        symbol=called.get(formula.symbol, formula.symbol),
        formula=shown_formula,
        numbers="" if numbers == shown_formula else numbers,
        value=single(line.result),
        note=formula.note if isinstance(formula.note, str) else formula.note(line.values, line.result),
    )
