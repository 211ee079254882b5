"""Message: what a worker says about the unit that it works on."""

import msgspec

__all__ = ["Message"]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a worker's answers.

    Attributes:
        networks: How many networks' worth of training is done, of this unit.
        done: Whether its result is in the ledger.
        error: What went wrong; empty for nothing.
        exit_code: Of that error, as in ``errors``.
    """

    networks: float = 0.0
    done: bool = False
    error: str = ""
    exit_code: int = 0
