"""L-BFGS, told as what it is: Newton's direction with an inverse Hessian that is put together pair by pair.

Liu & Nocedal (1989), algorithm 2.1; Nocedal & Wright (2006), eq. (7.16): H ← (I − ρ·s·yᵀ)·H·(I − ρ·y·sᵀ) + ρ·s·sᵀ for
every remembered pair, from the oldest on; the trainer has the two loops of algorithm 7.4. First length, tolerances and
what is remembered are those of ``torch.optim.LBFGS``.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from pellucid.explain.numbers import factor, written
from pellucid.explain.symbols import Shown
from pellucid.explain.updates.telling import Arrays, Look, Step
from pellucid.networks.layout import Tensors
from pellucid.optimizers import ChosenOptimizer
from pellucid.optimizers.optimizer import moving
from pellucid.optimizers.strong_wolfe import strong_wolfe
from pellucid.records.passes import LineRecord
from pellucid.shapes import Floats

__all__ = ["LBFGSTelling"]

_LEAST_CURVATURE = 1e-10


class LBFGSTelling:
    """One network's, in float64.

    Args:
        chosen: The rule.
        parameters: Its parameters, for their groups.
        numbers: The rule's numbers.
    """

    def __init__(self, chosen: ChosenOptimizer, parameters: Tensors, numbers: Mapping[str, float]) -> None:
        history = chosen.structural["history"]
        assert isinstance(history, int)
        self._history, self._numbers = history, dict(numbers)
        self._searches = chosen.structural["line_search"] == "strong_wolfe"
        # A group's factor f on the learning rate is √f on its variables.
        self._names = [
            (name, group.lr_factor**0.5) for group in parameters.groups if moving(group) for name in group.names
        ]
        self._pairs: list[tuple[Floats, Floats]] = []
        self._gradient: Floats | None = None
        self._moved: Floats = np.zeros(0)
        self._steps = 0

    def step(self, old: Arrays, gradients: Arrays, look: Look) -> Step:
        """One iteration."""
        loss = 0.0
        if self._searches:
            loss, gradients = look(old)
        g = self._vector(gradients)
        largest = float(np.abs(g).max(initial=0.0))
        lines = [_line("g_max", "max |g|", largest, "the largest of all gradients")]
        if largest <= self._numbers["tolerance_grad"]:
            return self._still(old, lines, "The gradient is as good as 0: nothing moves.")
        self._steps += 1
        lines += self._remember(g)
        direction = -self._inverse(g, len(self._pairs))
        slope = float(g @ direction)
        lines.append(_line("g·d", "−g·H·g", slope, "slope of the loss along d = −H·g"))
        rate = self._numbers["lr"]
        length = rate
        formula = "lr"
        if self._steps == 1:
            with np.errstate(divide="ignore"):
                length = float(min(1.0, 1.0 / np.abs(g).sum())) * rate
            formula = "min(1, 1/Σ|g|)·lr"
        lines.append(_line("t", formula, length))
        self._gradient = g
        if slope > -self._numbers["tolerance_change"]:
            self._moved = direction * length
            return self._still(old, lines, "Nothing would be gained along the direction: nothing moves.")
        sentence = "H is put together from the pairs of steps and gradient changes that are remembered."
        if self._searches:
            length, trials = self._search(old, loss, slope, length, direction, look)
            lines += trials
            sentence += " The length of the step is found by trials (strong Wolfe conditions)."
        self._moved = direction * length
        return self._told(old, direction, length, lines, sentence)

    def renumber(self, numbers: Mapping[str, float]) -> None:
        """Go on with other numbers."""
        self._numbers |= numbers

    def _remember(self, g: Floats) -> list[LineRecord]:
        """Keep what the last step taught."""
        if self._gradient is None:
            return [_line("H", "", 1.0, "times the identity: no step has taught anything yet")]
        change = g - self._gradient
        curvature = float(change @ self._moved)
        lines = [_line("y·s", "(g − g_0)·s", curvature, "gradient change along the last step s")]
        if curvature > _LEAST_CURVATURE:
            self._pairs = [*self._pairs, (self._moved, change)][-self._history :]
            lines.append(_line("γ", "y·s/(y·y)", self._scale(), "H begins as γ times the identity"))
        lines.append(_line("pairs", "", float(len(self._pairs)), "of s and y that are remembered"))
        return lines

    def _scale(self) -> float:
        if not self._pairs:
            return 1.0
        s, y = self._pairs[-1]
        return float(y @ s) / float(y @ y)

    def _inverse(self, vector: Floats, pairs: int) -> Floats:
        """H·vector with the oldest so many pairs put in."""
        if not pairs:
            return self._scale() * vector
        s, y = self._pairs[pairs - 1]
        share = 1.0 / float(y @ s)
        inner = vector - share * y * float(s @ vector)
        outer = self._inverse(inner, pairs - 1)
        found: Floats = outer - share * s * float(y @ outer) + share * s * float(s @ vector)
        return found

    def _search(
        self, old: Arrays, loss: float, slope: float, length: float, direction: Floats, look: Look
    ) -> tuple[float, list[LineRecord]]:
        search = strong_wolfe(
            loss,
            slope,
            length,
            reach=float(np.abs(direction).max()),
            trials=int(self._numbers["trials"]),
        )
        lines = [_line("L(0)", "", loss, "the loss where the search begins")]
        trial = next(search)
        for number in range(1, 1 << 10):
            value, there = look(self._at(old, direction * trial))
            along = float(self._vector(there) @ direction)
            enough = value <= loss + 1e-4 * trial * slope
            flat = abs(along) <= -0.9 * slope
            verdict = "low and flat enough" if enough and flat else "low enough, still steep" if enough else "too high"
            lines.append(
                _line(
                    f"L_{number}", f"L({written(trial)}·d)", value, f"trial {number}: slope {written(along)}, {verdict}"
                )
            )
            try:
                trial = search.send((value, along))
            except StopIteration as end:
                found = float(end.value)
                return found, [*lines, _line("t", "", found, "the length that is taken")]
        raise AssertionError("a line search has at most `trials` trials")

    def _still(self, old: Arrays, lines: Sequence[LineRecord], sentence: str) -> Step:
        return Step(dict(old), None, tuple(lines), sentence, lambda shown: ())

    def _told(self, old: Arrays, direction: Floats, length: float, lines: Sequence[LineRecord], sentence: str) -> Step:
        new = self._at(old, direction * length)
        directions = self._arrays(old, direction)

        def of(shown: Shown) -> tuple[LineRecord, ...]:
            name, place = shown.parameter, shown.index
            if name not in directions:
                return ()
            root = dict(self._names)[name]
            d, before, after = (float(each[name][place]) for each in (directions, old, new))
            scaled = "" if root == 1.0 else f"{written(root)}·"
            move = root * length * d
            return (
                LineRecord(symbol="d", formula="−H·g", value=d, note="this weight's part of the direction"),
                LineRecord(
                    symbol=f"Δ{shown.symbol}",
                    formula=f"{scaled}t·d",
                    numbers=f"{scaled}{factor(length)}·{factor(d)}",
                    value=move,
                ),
                LineRecord(
                    symbol=shown.symbol,
                    formula=f"{shown.symbol} + Δ{shown.symbol}",
                    numbers=f"{written(before)} + {factor(move)}",
                    value=after,
                ),
            )

        return Step(new, None, tuple(lines), sentence, of, {name: {"d": each} for name, each in directions.items()})

    def _vector(self, arrays: Arrays) -> Floats:
        parts = [arrays[name].reshape(-1) * root for name, root in self._names]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _arrays(self, like: Arrays, vector: Floats) -> Arrays:
        found, at = {}, 0
        for name, _ in self._names:
            size = like[name].size
            found[name] = vector[at : at + size].reshape(like[name].shape)
            at += size
        return found

    def _at(self, old: Arrays, moved: Floats) -> Arrays:
        steps = self._arrays(old, moved)
        return {**old, **{name: old[name] + steps[name] * root for name, root in self._names}}


def _line(symbol: str, formula: str, value: float, note: str = "") -> LineRecord:
    return LineRecord(symbol=symbol, formula=formula, value=value, note=note)
