"""Checks of the estimators' own parameters; a recipe checks the rest."""

from numbers import Integral, Real
from typing import Any

from pellucid.errors import UsageError

__all__ = ["check_number", "check_whole", "check_widths"]


def check_whole(estimator: Any, name: str, least: int) -> None:
    """Refuse a parameter that is no whole number from ``least`` on."""
    value = getattr(estimator, name)
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
        raise UsageError(f"{type(estimator).__name__} needs {name} ≥ {least}, a whole number, found {value!r}.")


def check_number(estimator: Any, name: str) -> None:
    """Refuse a parameter that is no number ≥ 0."""
    value = getattr(estimator, name)
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) < float("inf"):
        raise UsageError(f"{type(estimator).__name__} needs {name} ≥ 0, a number, found {value!r}.")


def check_widths(estimator: Any) -> None:
    """Refuse hidden widths that are no list, and a seed that is no whole number."""
    if not isinstance(estimator.hidden, tuple | list):
        raise UsageError(
            f"{type(estimator).__name__} needs hidden as widths such as (64, 64), found {estimator.hidden!r}."
        )
    seed = estimator.random_state
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, Integral)):
        raise UsageError(f"{type(estimator).__name__} needs random_state as a whole number or None, found {seed!r}.")
