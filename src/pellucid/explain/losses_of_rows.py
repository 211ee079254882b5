"""Losses that look at several outputs at once, as they are told."""

from typing import NamedTuple

import numpy as np

from pellucid.explain.numbers import factor, written
from pellucid.explain.passing import as_array
from pellucid.explain.symbols import indexed
from pellucid.explain.view import MOST, View
from pellucid.shapes import Floats

__all__ = ["Words", "row_slopes", "row_value"]


class Words(NamedTuple):
    """A line without its value.

    Attributes:
        formula: In symbols.
        numbers: With the numbers put in; empty where that would be no line.
        note: A remark; None for none.
    """

    formula: str
    numbers: str = ""
    note: str | None = None


def _class(view: View) -> int | None:
    target = view.passed.batch.targets[0, view.unit]
    return None if target.is_floating_point() or target.dim() else int(target)


def _exponentials(values: Floats) -> str:
    """Their exponentials with plus signs between them."""
    told = " + ".join(f"exp({written(float(each))})" for each in values[:MOST])
    rest = len(values) - MOST
    with np.errstate(over="ignore"):
        return told if rest <= 0 else f"{told} + … {rest} more = {written(float(np.exp(values[MOST:]).sum()))}"


def row_value(view: View, outputs: Floats) -> Words:
    """The loss of the followed unit.

    Args:
        view: The pass.
        outputs: Of its rows, one behind the other.
    """
    loss = view.subject.objective.loss
    entry, numbers = loss.entry, loss.numbers
    letter, right = view.links[-1].result, _class(view)
    match loss.name:
        case "cross_entropy" if right is not None and not numbers["label_smoothing"]:
            formula = f"log Σ_c exp({letter.letter}_c{letter.level}) − {letter(right)}"
            return Words(formula, f"log({_exponentials(outputs)}) − {factor(float(outputs[right]))}")
        case "cross_entropy":
            shares, logs = wanted_shares(view), _log_softmax(outputs)
            told = " + ".join(
                f"{written(float(q))}·{factor(float(-p))}" for q, p in zip(shares[:MOST], logs[:MOST], strict=True)
            )
            more = len(shares) - MOST
            rest = f" + … {more} more = {written(float(-(shares * logs)[MOST:].sum()))}" if more > 0 else ""
            return Words("Σ_c q_c·(−log p_c)", told + rest, "p = softmax of the outputs")
        case "nll" if right is not None:
            return Words(f"−{letter(right)}", f"−{factor(float(outputs[right]))}")
        case "kl_divergence" if not numbers["log_target"]:
            shares = as_array(view.passed.batch.targets[0, view.unit])
            terms = [
                f"{written(float(q))}·(log {written(float(q))} − {factor(float(z))})"
                for q, z in zip(shares, outputs, strict=True)
                if q > 0
            ]
            return Words(entry.formula, " + ".join(terms) if len(terms) <= MOST else "")
        case "focal":
            p = _right_chance(view, outputs)
            if p is None or numbers["alpha"]:
                return Words(entry.formula)
            gamma = numbers["gamma"]
            assert isinstance(gamma, float)
            told = f"−(1 − {written(p)})^{written(gamma)}·log {written(p)}"
            return Words("−(1 − p_y)^gamma·log p_y", told, "p = probability of the right answer")
        case "quantile":
            target = float(as_array(view.passed.batch.targets[0, view.unit]).ravel()[0])
            levels = numbers["levels"]
            assert isinstance(levels, tuple)
            terms = [_pinball(level, target - float(z)) for level, z in zip(levels, outputs, strict=True)]
            told = " + ".join(terms)
            return Words(entry.formula, told if len(terms) == 1 else f"({told}) / {len(terms)}")
        case "gaussian_nll" if len(outputs) == 2 and not numbers["full"]:
            target = float(as_array(view.passed.batch.targets[0, view.unit]).ravel()[0])
            v = max(float(np.exp(outputs[1])), float(numbers["eps"]))  # type: ignore[arg-type]
            told = f"½·(log {written(v)} + ({written(target)} − {factor(float(outputs[0]))})²/{written(v)})"
            return Words("½·(log v + (y − μ)²/v)", told, "μ the first output, v = exp of the second")
        case "coral" | "corn" if right is not None:
            asked = outputs if loss.name == "coral" else outputs[: right + 1]
            terms = [
                f"log(1 + exp({written(float(z))})) − {factor(float(z))}·{int(right > k)}" for k, z in enumerate(asked)
            ]
            return Words(entry.formula, " + ".join(terms[:MOST]) if len(terms) <= MOST else "")
        case "multi_margin" if right is not None:
            margin = float(numbers["margin"])  # type: ignore[arg-type]
            power = "" if numbers["p"] == 1 else "²"
            terms = [
                f"max(0, {written(margin)} − {factor(float(outputs[right]))} + {factor(float(z))}){power}"
                for c, z in enumerate(outputs)
                if c != right
            ]
            told = f"({' + '.join(terms)}) / {len(outputs)}" if len(terms) <= MOST else ""
            return Words(entry.formula, told)
        case "margin_ranking":
            y = float(as_array(view.passed.batch.targets[0, view.unit]))
            margin = float(numbers["margin"])  # type: ignore[arg-type]
            inner = f"{written(outputs[0])} − {factor(float(outputs[1]))}"
            return Words(entry.formula, f"max(0, {written(margin)} − {factor(y)}·({inner}))")
        case "cosine_embedding" | "hinge_embedding":
            return _pair(view, outputs)
        case "triplet_margin" if numbers["p"] == 2 and not numbers["swap"]:
            anchor, alike, unlike = np.split(outputs, 3)
            eps = float(numbers["eps"])  # type: ignore[arg-type]
            near, far = np.linalg.norm(anchor - alike + eps), np.linalg.norm(anchor - unlike + eps)
            margin = float(numbers["margin"])  # type: ignore[arg-type]
            told = f"max(0, {written(margin)} + {written(float(near))} − {written(float(far))})"
            return Words("max(0, margin + d(a, p) − d(a, n))", told)
        case _:
            return Words(entry.formula)


def _pair(view: View, outputs: Floats) -> Words:
    loss = view.subject.objective.loss
    y = float(as_array(view.passed.batch.targets[0, view.unit]))
    one, two = np.split(outputs, 2)
    margin = float(loss.numbers["margin"])  # type: ignore[arg-type]
    if loss.name == "hinge_embedding":
        d = written(float(np.linalg.norm(one - two)))
        return (
            Words("d, d = |x₁ − x₂|", d) if y > 0 else Words("max(0, margin − d)", f"max(0, {written(margin)} − {d})")
        )
    cosine = float((one * two).sum() / np.sqrt((one @ one + 1e-12) * (two @ two + 1e-12)))
    if y > 0:
        return Words("1 − cos(x₁, x₂)", f"1 − {factor(cosine)}")
    return Words("max(0, cos(x₁, x₂) − margin)", f"max(0, {factor(cosine)} − {factor(margin)})")


def row_slopes(view: View, outputs: Floats, place: int) -> Words:
    """The gradient by one output of the followed unit."""
    loss = view.subject.objective.loss
    right = _class(view)
    match loss.name:
        case "cross_entropy":
            shares, p = wanted_shares(view), np.exp(_log_softmax(outputs))
            told = f"{written(float(p[place]))} − {factor(float(shares[place]))}"
            whole = shares.sum()
            if abs(whole - 1.0) > 1e-12:
                return Words("p_c·Σ_c q_c − q_c", "")
            return Words(f"{indexed('p', place)} − {indexed('q', place)}", told)
        case "nll" if right is not None:
            return Words("−1 for the right class, else 0", "−1" if place == right else "0")
        case "kl_divergence" if not loss.numbers["log_target"]:
            share = float(as_array(view.passed.batch.targets[0, view.unit])[place])
            return Words(f"−{indexed('q', place)}", written(-share))
        case "gaussian_nll" if len(outputs) == 2:
            target = float(as_array(view.passed.batch.targets[0, view.unit]).ravel()[0])
            v = max(float(np.exp(outputs[1])), float(loss.numbers["eps"]))  # type: ignore[arg-type]
            apart = f"{written(float(outputs[0]))} − {factor(target)}"
            if place == 0:
                return Words("(μ − y)/v", f"({apart})/{written(v)}")
            return Words("½·(1 − (μ − y)²/v)", f"½·(1 − ({apart})²/{written(v)})")
        case "quantile":
            target = float(as_array(view.passed.batch.targets[0, view.unit]).ravel()[0])
            levels = loss.numbers["levels"]
            assert isinstance(levels, tuple)
            told = f"−{written(levels[place])}" if target > outputs[place] else f"1 − {written(levels[place])}"
            return Words("−τ if y > z else 1 − τ", told if len(levels) == 1 else f"({told}) / {len(levels)}")
        case "coral" | "corn" if right is not None:
            if loss.name == "corn" and place > right:
                return Words("0: the question is not asked of this class", "0")
            told = f"sigmoid({written(float(outputs[place]))}) − {int(right > place)}"
            return Words("sigmoid(z_k) − [y > k]", told)
        case _:
            return Words("")


def wanted_shares(view: View) -> Floats:
    """The distribution over classes that cross-entropy compares with ``[c]``."""
    loss, width = view.subject.objective.loss, view.subject.objective.outputs
    right = _class(view)
    if right is None:
        shares = as_array(view.passed.batch.targets[0, view.unit])
    else:
        shares = (np.arange(width) == right).astype(np.float64)
    s = float(loss.numbers["label_smoothing"])  # type: ignore[arg-type]
    found: Floats = shares * (1.0 - s) + s / width
    return found


def _log_softmax(values: Floats) -> Floats:
    below = values - values.max()
    found: Floats = below - np.log(np.exp(below).sum())
    return found


def _right_chance(view: View, outputs: Floats) -> float | None:
    """Probability of the right answer, where there is one."""
    right = _class(view)
    if right is None:
        return None
    if len(outputs) > 1:
        return float(np.exp(_log_softmax(outputs))[right])
    yes = 1.0 / (1.0 + float(np.exp(-outputs[0])))
    return yes if right else 1.0 - yes


def _pinball(level: float, above: float) -> str:
    if above >= 0:
        return f"{written(level)}·{factor(above)}"
    return f"({written(level)} − 1)·{factor(above)}"
