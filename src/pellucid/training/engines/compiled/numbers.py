"""Every member's numbers, as the kernels want them: losses, penalties, and what update rules need at every step."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from pellucid.networks import Tensors, padded
from pellucid.objectives import Objective
from pellucid.objectives.penalties import touched
from pellucid.optimizers import StackOptimizer
from pellucid.optimizers.hyper import powers
from pellucid.optimizers.optimizer import AbstractRule
from pellucid.shapes import Array, Codes, Floats
from pellucid.training.engines.compiled.codes import LOSS_NUMBER, LOSSES, UPDATES
from pellucid.training.engines.compiled.work import Work
from pellucid.training.settling import Settled

__all__ = ["addresses", "fill_updates", "limits", "losses", "penalties", "rules"]

# Parameters of losses that are a number for every output.
_COLUMN_NUMBERS = {"pos_weight", "levels"}
_CODE = {name: code for code, name in enumerate(UPDATES)}
# Codes ``[steps, m]``, the rule's numbers, factor on the rate (None: 1), and who has had momentum (None: never asked).
_Form: TypeAlias = tuple[int | Array, Sequence[Floats], Floats | None, Array | None]


def losses(objectives: Sequence[Objective], *, shares: bool) -> tuple[Codes, Floats, Floats]:
    """Codes ``[m]``, numbers ``[m]`` and numbers per output ``[m, o]``, o padded.

    Args:
        objectives: Of the members.
        shares: Whether targets are shares of classes.
    """
    m, wide = len(objectives), padded(objectives[0].outputs)
    codes, numbers = np.zeros(m, dtype=np.int64), np.zeros(m, dtype=np.float32)
    columns = np.ones((m, wide), dtype=np.float32)
    for member, objective in enumerate(objectives):
        own = objective.loss.numbers
        name = "cross_entropy_of_shares" if shares and objective.loss.name == "cross_entropy" else objective.loss.name
        codes[member] = LOSSES.index(name)
        if name in LOSS_NUMBER:
            numbers[member] = own[LOSS_NUMBER[name]]
        for each in _COLUMN_NUMBERS & own.keys():
            # One number holds for all outputs.
            columns[member, : objective.outputs] = own[each]
    return codes, numbers, columns


def penalties(members: Sequence[Settled], parameters: Tensors) -> Floats:
    """Strengths a and b of a·|p| + ½·b·p² on every parameter ``[m, P, 2]``; added up as ``StackPenalties`` does."""
    order = {spec.name: number for number, spec in enumerate(parameters.specs)}
    found = np.zeros((len(members), len(order), 2))
    for member, settled in enumerate(members):
        for penalty in settled.penalties:
            if penalty.entry.parts is not None:
                for name in touched(penalty, parameters.specs):
                    found[member, order[name]] += penalty.parts
    return found.astype(np.float32)


def limits(members: Sequence[Settled]) -> Floats:
    """Largest values and norms of gradients ``[m, 2]``; ∞ for none."""
    asked = [(member.recipe.clip_value, member.recipe.clip_norm) for member in members]
    return np.array([[np.inf if limit is None else limit for limit in own] for own in asked], dtype=np.float64)


def rules(optimizer: StackOptimizer) -> list[tuple[int, int, AbstractRule]]:
    """First member, one past the last, and the rule of every run of members that share one."""
    found = []
    for first, last, rule in optimizer.slices:
        assert isinstance(rule, AbstractRule)
        found.append((first, last, rule))
    return found


def addresses(parameters: Tensors, optimizer: StackOptimizer) -> Codes:
    """Where every member's parameters and their up to three tensors of state lie ``[m, P, 4]``.

    Raises:
        ValueError: If a member's values do not begin at a multiple of 64 bytes.
    """
    found = np.zeros((parameters.members, len(parameters.specs), 4), dtype=np.int64)
    whole = [(0, parameters.members, [parameters])]
    stacks = [(first, last, [*rule.state.values()]) for first, last, rule in rules(optimizer)]
    for column, runs in ((0, whole), (1, stacks)):
        for first, last, tensors in runs:
            for offset, each in enumerate(tensors):
                for number, spec in enumerate(parameters.specs):
                    view = each.views[spec.name]
                    own = view.data_ptr() + np.arange(last - first) * (view.stride(0) * view.element_size())
                    found[first:last, number, column + offset] = own
    if (found % 64).any():
        raise ValueError("parameters of a stack must begin at multiples of 64 bytes")
    return found


def fill_updates(work: Work, optimizer: StackOptimizer, tables: Mapping[str, Floats]) -> list[Array | None]:
    """Write down an epoch's updates.

    Args:
        work: Whose ``updates``, ``rates`` and ``numbers`` are overwritten.
        optimizer: The rules, with their state.
        tables: Their numbers by name ``[steps, m]``.

    Returns:
        For every run of members, which of them have had momentum before each step and after the last
        ``[steps + 1, m]``; None where the rule does not ask.
    """
    hads = []
    for first, last, rule in rules(optimizer):
        chosen = optimizer.chosen[first]
        own = {each.name: tables[each.name][:, first:last] for each in chosen.entry.parameters if each.name in tables}
        lr, decay = own["lr"], tables["weight_decay"][:, first:last]
        code, columns, rate, had = _FORMS[chosen.name](rule, own)
        hads.append(had)
        work.updates[:, first:last] = code
        # A rate that is too large for float32 is infinite, and its member diverges as it would anyway.
        with np.errstate(over="ignore"):
            work.rates[:, first:last, 0] = 1.0 - lr * decay
            work.rates[:, first:last, 1] = lr if rate is None else lr * rate
        for place, column in enumerate(columns):
            work.numbers[:, first:last, place] = column
    return hads


def _adam(rule: AbstractRule, own: Mapping[str, Floats]) -> _Form:
    beta1, beta2 = own["beta1"], own["beta2"]
    counts = rule.steps + np.arange(1, len(beta1) + 1)[:, None]
    correction = 1.0 / np.sqrt(1.0 - powers(beta2, counts))
    columns = (1.0 - beta1, beta2, 1.0 - beta2, correction, own["eps"])
    return _CODE["adam"], columns, 1.0 / (1.0 - powers(beta1, counts)), None


def _lion(rule: AbstractRule, own: Mapping[str, Floats]) -> _Form:
    beta1, beta2 = own["beta1"], own["beta2"]
    return _CODE["lion"], (beta1, 1.0 - beta1, beta2, 1.0 - beta2), None, None


def _rmsprop(rule: AbstractRule, own: Mapping[str, Floats]) -> _Form:
    alpha, momentum = own["alpha"], own["momentum"]
    form = "rmsprop_centered" if rule.structural["centered"] else "rmsprop"
    code = np.where(momentum > 0, _CODE[f"{form}_momentum"], _CODE[form])
    return code, (alpha, 1.0 - alpha, own["eps"], momentum), None, None


def _descent(rule: AbstractRule, own: Mapping[str, Floats], *, ahead: bool = False) -> _Form:
    momentum = own["momentum"]
    had = np.logical_or.accumulate(np.vstack([rule.own["had"][None], momentum > 0]))
    # The first gradient enters the velocity undamped.
    share = np.where(had[:-1], 1.0 - own.get("dampening", 0.0), 1.0)
    form = "nesterov" if ahead or rule.structural.get("nesterov", False) else "momentum"
    return np.where(momentum > 0, _CODE[form], _CODE["descent"]), (momentum, share), None, had


_FORMS: Mapping[str, Callable[[AbstractRule, Mapping[str, Floats]], _Form]] = {
    "gradient_descent": _descent,
    "momentum": _descent,
    "nesterov": functools.partial(_descent, ahead=True),
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adam,
    "lion": _lion,
}
