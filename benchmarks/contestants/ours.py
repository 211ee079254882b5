"""Pellucid: all networks of a problem by one ``pl.train``, from checking the table to every epoch's training loss."""

import inspect
import sys
from typing import Any

import pellucid as pl
from benchmarks.problem import Problem
from benchmarks.timing import Prepared

__all__ = ["networks"]


def networks(problem: dict[str, Any], *, engine: str = "", plain: bool = False) -> Prepared:
    """All networks of a problem.

    Args:
        problem: Fields of a ``Problem``.
        engine: Name of an engine; empty: what ``pl.train`` picks by itself.
        plain: As without the extra [fast]: its package cannot be imported.
    """
    if plain:
        assert "llvmlite" not in sys.modules
        sys.modules["llvmlite"] = None  # type: ignore[assignment]
    work = Problem.read(problem)
    X, y = work.data()
    recipes = [
        pl.Recipe(
            hidden=work.widths[1:-1],
            optimizer="adamw",
            lr=float(rate),
            weight_decay=float(decay),
            batch_size=work.batch_size,
            epochs=work.epochs,
            seed=member,
        )
        for member, (rate, decay) in enumerate(zip(work.learning_rates(), work.weight_decays(), strict=True))
    ]
    asked: dict[str, Any] = {}
    if engine:
        if "engine" not in inspect.signature(pl.train).parameters:
            raise SystemExit("pl.train takes no engine")
        asked["engine"] = engine

    def run() -> dict[str, Any]:
        return {"loss": float(pl.train(recipes, X, y, **asked).loss[:, -1].mean())}

    return Prepared(run, work.members * work.steps)
