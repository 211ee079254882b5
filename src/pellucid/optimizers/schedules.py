"""Learning-rate schedules: factors on a base value, as functions of the share of training done."""

import numpy as np

from pellucid.errors import UnknownNameError
from pellucid.shapes import Floats

__all__ = ["SCHEDULES", "factors"]

SCHEDULES = ("constant", "cosine", "plateau", "cyclic", "flat_cosine")


def factors(schedule: str, done: Floats) -> Floats:
    """Factors on the base value.

    Args:
        schedule: ``constant``: 1. ``cosine``: ½(1 + cos πt), from 1 to 0 (Loshchilov & Hutter 2017, SGDR, eq. 5 without
            restarts). ``cyclic``: ½(1 − cos(2π·log₂(1 + 15t))), four cycles of growing length that end at 0
            (RealMLP's coslog4, arXiv 2407.04491 §3). ``flat_cosine``: 1 until t = ½, then a cosine to 0. ``plateau``:
            1 here; a plateau's own factor comes from the validation values.
        done: t, the share of all steps done before this one, 0 ≤ t < 1.

    Raises:
        UnknownNameError: If there is no such schedule; offers the nearest.
    """
    t = np.asarray(done, dtype=np.float64)
    match schedule:
        case "constant" | "plateau":
            return np.ones_like(t)
        case "cosine":
            return 0.5 * (1 + np.cos(np.pi * t))
        case "cyclic":
            return 0.5 * (1 - np.cos(2 * np.pi * np.log2(1 + 15 * t)))
        case "flat_cosine":
            return np.where(t < 0.5, 1.0, 0.5 * (1 + np.cos(np.pi * (2 * t - 1))))
        case _:
            raise UnknownNameError("schedule", schedule, SCHEDULES)
