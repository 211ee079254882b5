"""Everything that Pellucid raises on purpose.

    PellucidError                     exit code 1
    ├── MismatchError                 1   two ways to compute one number that do not agree: a mistake of Pellucid
    ├── UsageError                    2   an option or argument that does not make sense
    │   ├── UnknownNameError          2   a name that no registry knows; offers the nearest
    │   └── ContractError             2   a loss, an output and targets that do not fit; offers the right recipe
    ├── DataError                     3   the table is not what the task needs
    │   └── UnknownColumnError        3   a column that is not there; offers the nearest
    ├── TrainingError                 4   training could not give a usable network
    ├── SurroundingsError             5   disk, memory, network, a missing package
    └── ModelFileError                6   a model file that is damaged or promises what it does not keep

Every message answers three questions: which rule, what was found, what to do. Every class carries its data, so that
a program need not read the message, and the exit code that the command line ends with.
"""

from collections.abc import Sequence
from difflib import get_close_matches

__all__ = [
    "CONTRACT_RULES",
    "ContractError",
    "DataError",
    "MismatchError",
    "ModelFileError",
    "PellucidError",
    "SurroundingsError",
    "TrainingError",
    "UnknownColumnError",
    "UnknownNameError",
    "UsageError",
    "nearest",
]


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name that looks most like ``name``, or None if none looks alike; letter case is ignored."""
    folded = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(name.casefold(), list(folded), n=1)
    return folded[found[0]] if found else None


class PellucidError(Exception):
    """Something that a person can mend. Attributes: ``message``, ``exit_code``."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class MismatchError(PellucidError, ArithmeticError):
    """Two ways to compute one number that do not agree.

    Attributes:
        place: Which number.
        found: What Pellucid's own derivative or update gives.
        expected: What the other way gives.
        against: The other way: ``autograd``, say.
    """

    def __init__(self, place: str, found: float, expected: float, against: str) -> None:
        self.place, self.found, self.expected, self.against = place, found, expected, against
        super().__init__(
            f"{place} is {found!r} here and {expected!r} by {against}. One of them is wrong, so nothing is told: this "
            "is a mistake of Pellucid. Please report it with the network and the row."
        )


class UsageError(PellucidError, ValueError):
    """An option or argument that does not make sense."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A name that no registry knows. Attributes: ``kind``, ``name``, ``known``, ``suggestion``."""

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        self.suggestion = nearest(name, known)
        hint = f" Did you mean {self.suggestion!r}?" if self.suggestion else ""
        super().__init__(f"There is no {kind} {name!r}.{hint} Known: {', '.join(known)}.")


CONTRACT_RULES: dict[str, str] = {
    "L101": "softmax-before-cross-entropy",
    "L102": "sigmoid-before-bce-with-logits",
    "L103": "single-output-cross-entropy",
    "L104": "logits-into-probability-loss",
    "L105": "nll-without-log-probabilities",
    "L106": "kl-without-log-probabilities",
    "L109": "target-outside-head-range",
    "L110": "regression-loss-on-classes",
    "L111": "wrong-head-for-labels",
    "L112": "bce-target-range",
    "L113": "class-count-mismatch",
    "L114": "soft-target-not-distribution",
    "L120": "inverted-class-weights",
    "L121": "loss-on-decisions",
    "L122": "embedding-label-range",
    "N507": "nondifferentiable-activation",
}
"""Rules that a recipe can break: code → slug."""


class ContractError(UsageError):
    """A loss, an output and targets that do not fit together, or an activation that stops the gradient.

    Attributes:
        code: Of the rule, such as ``L101``.
        slug: The rule's readable name, such as ``softmax-before-cross-entropy``.
        reason: What was found, in a sentence.
        recipe: The nearest recipe that fits, as code: ``pl.Recipe(loss="bce_with_logits")``; empty where the targets
            are to be mended.
    """

    def __init__(self, code: str, reason: str, *, recipe: str = "") -> None:
        self.code, self.slug, self.reason, self.recipe = code, CONTRACT_RULES[code], reason, recipe
        advice = f" Use {recipe}." if recipe else ""
        super().__init__(f"Rule {code} ({self.slug}): {reason}{advice}")


class DataError(PellucidError, ValueError):
    """The table is not what the task needs. Attributes: ``code`` (a finding's code such as "B001"), ``message``."""

    exit_code = 3

    def __init__(self, message: str, *, code: str = "") -> None:
        self.code = code
        super().__init__(message)


class UnknownColumnError(DataError):
    """A column that the table does not have. Attributes: ``column``, ``known``, ``suggestion``."""

    def __init__(self, column: str, known: Sequence[str], where: str) -> None:
        self.column, self.known = column, tuple(known)
        self.suggestion = nearest(column, known)
        hint = f" Did you mean {self.suggestion!r}?" if self.suggestion else ""
        shown = ", ".join(known[:30]) + (f", … ({len(known)} in all)" if len(known) > 30 else "")
        super().__init__(f"There is no column {column!r} in {where}.{hint}\nColumns: {shown}", code="B051")


class TrainingError(PellucidError, RuntimeError):
    """Training could not give a usable network."""

    exit_code = 4


class SurroundingsError(PellucidError, RuntimeError):
    """Disk, memory, network or a missing package."""

    exit_code = 5


class ModelFileError(PellucidError, ValueError):
    """A model file that is damaged or promises what it does not keep. Attributes: ``path``, ``reason``."""

    exit_code = 6

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} is not a model file that can be trusted: {reason}")
