"""SparseAdam, as lines: torch.optim.SparseAdam, a lazy form of Kingma & Ba (2015), algorithm 1."""

from pellucid.explain.updates.account import Account, Formulas, Now
from pellucid.explain.updates.adam import MEANS, SYMBOLS

__all__ = ["SPARSE_ADAM"]


def _lines(now: Now) -> Formulas:
    note = "only in the rows of a table that the batch looked up" if now.table else ""
    mean, square = MEANS
    return Formulas(
        (mean._replace(note=note), square, *now.step("√(1 − β_2^t)/(1 − β_1^t)·m/(√v + ε)")),
        sentence="Adam; in tables of categories, for the rows that the batch looked up.",
    )


SPARSE_ADAM = Account(_lines, SYMBOLS, {"m": 0.0, "v": 0.0})
