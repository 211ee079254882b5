"""Options that several commands share, declared once: what they are called on the command line, and their help."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from pellucid.errors import UsageError

__all__ = [
    "L2",
    "Activation",
    "AsJson",
    "BatchSize",
    "ClassWeight",
    "Device",
    "Drop",
    "Dropout",
    "Epochs",
    "Express",
    "Header",
    "Hidden",
    "Initialisation",
    "LearningRate",
    "Level",
    "Loss",
    "Norm",
    "Optimizer",
    "Order",
    "Out",
    "Penalty",
    "Precision",
    "RecipeName",
    "Scaling",
    "Schedule",
    "Seed",
    "TableSource",
    "Target",
    "TargetExpression",
    "TestSize",
    "WeightDecay",
    "as_classes",
    "as_expressions",
    "as_widths",
    "require_target",
]

TableSource: TypeAlias = Annotated[
    str, typer.Argument(metavar="TABLE", help="CSV, TSV, JSON lines or Parquet file, sklearn:NAME or openml:NAME.")
]
Target: TypeAlias = Annotated[
    list[str] | None, typer.Option(metavar="COL", help="The column to predict. May be given several times.")
]
Level: TypeAlias = Annotated[
    list[float] | None,
    typer.Option(metavar="LEVEL", help="A quantile to predict, such as 0.9; may be given several times."),
]
Order: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="A,B,C",
        help="Classes from low to high, for words with an order; may be given several times, class by class.",
    ),
]
Express: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(metavar="COL=FORM", help="Re-express a column: income=log; may be given several times."),
]
TargetExpression: TypeAlias = Annotated[
    str | None, typer.Option(metavar="FORM", help="Re-express the target: log, sqrt, power, quantile_normal …")
]
Scaling: TypeAlias = Annotated[
    str | None, typer.Option(metavar="FORM", help="Re-express all columns of numbers: standard, min_max, power …")
]
Hidden: TypeAlias = Annotated[
    str | None, typer.Option(metavar="WIDTHS", help="Hidden layers, such as 64,64; the recipe's own otherwise.")
]
Activation: TypeAlias = Annotated[str | None, typer.Option(metavar="NAME", help="relu, gelu, tanh …")]
Norm: TypeAlias = Annotated[str | None, typer.Option(metavar="NAME", help="none, batch_norm or layer_norm.")]
Loss: TypeAlias = Annotated[str | None, typer.Option(metavar="NAME", help="auto, cross_entropy, mse, l1, huber …")]
ClassWeight: TypeAlias = Annotated[
    str | None, typer.Option(metavar="NAME", help="none, or balanced: every class counts alike.")
]
Optimizer: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="adamw, adam, sgd, lion …; other kinds than Adam bring their learning rate."),
]
LearningRate: TypeAlias = Annotated[
    float | None,
    typer.Option(
        metavar="RATE",
        help="Learning rate, above 0. The recipe tabular (0.04 for classes, 0.2 for numbers) divides it for weights"
        " by the square root of their layer's inputs.",
    ),
]
WeightDecay: TypeAlias = Annotated[float | None, typer.Option(metavar="RATE", help="Decoupled weight decay.")]
Schedule: TypeAlias = Annotated[
    str | None, typer.Option(metavar="NAME", help="Of the learning rate: constant, cosine, plateau …")
]
Penalty: TypeAlias = Annotated[
    str | None, typer.Option(metavar="NAME", help="l1(strength=0.01), max_norm(limit=3) …, joined by +.")
]
L2: TypeAlias = Annotated[float | None, typer.Option(metavar="STRENGTH", help="L2 penalty.")]
Dropout: TypeAlias = Annotated[
    float | None, typer.Option(metavar="SHARE", help="Share of hidden values dropped while training.")
]
Initialisation: TypeAlias = Annotated[
    str | None, typer.Option(metavar="NAME", help="First weights: pytorch, data, kaiming_normal …")
]
BatchSize: TypeAlias = Annotated[int | None, typer.Option(metavar="ROWS", help="Rows per step.")]
Epochs: TypeAlias = Annotated[int | None, typer.Option(metavar="N", help="Passes over the training rows.")]
Seed: TypeAlias = Annotated[int, typer.Option(metavar="N", help="The same seed gives the same network.")]
Device: TypeAlias = Annotated[
    str | None, typer.Option(metavar="DEVICE", help="Where the networks train: cpu (the default) or cuda.")
]
Precision: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Of the matrix products while training: float32 (the default) or bfloat16."),
]
Drop: TypeAlias = Annotated[
    list[str] | None, typer.Option(metavar="COL", help="A column to leave out; may be given several times.")
]
Header: TypeAlias = Annotated[
    bool | None,
    typer.Option("--header/--no-header", help="Whether the first row holds names; asked where it is not clear."),
]
TestSize: TypeAlias = Annotated[
    float, typer.Option(metavar="SHARE", help="Share of the rows kept for judging, between 0 and 1.")
]
RecipeName: TypeAlias = Annotated[str, typer.Option(metavar="NAME", help="tabular or plain.")]
Out: TypeAlias = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the run; below runs/ otherwise.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of the screen.")]


def require_target(target: list[str] | None, task: str | None) -> None:
    """Refuse to go on without a target, which one task alone does not need.

    Raises:
        UsageError: If it is missing.
    """
    if not target and (task or "").strip().casefold() != "reconstruction":
        raise UsageError("--target is missing. The column to predict. May be given several times.")


def as_widths(text: str | None) -> tuple[int, ...] | None:
    """Widths of ``64,64`` or ``64-64``; None of None.

    Raises:
        UsageError: If there is none, or one that is no whole number above 0.
    """
    if text is None:
        return None
    try:
        widths = tuple(int(part) for part in text.replace("-", ",").split(","))
    except ValueError:
        widths = ()
    if not widths or min(widths) < 1:
        raise UsageError(f"--network takes the widths of the hidden layers, such as 64,64, and was given {text!r}.")
    return widths


def as_classes(given: list[str] | None) -> tuple[str, ...]:
    """Classes in order, given at once or class by class."""
    return tuple(part.strip() for words in given or () for part in words.split(","))


def as_expressions(pairs: list[str] | None) -> dict[str, str]:
    """Column → re-expression.

    Raises:
        UsageError: If a pair names no column or no form, or a column twice.
    """
    found: dict[str, str] = {}
    for pair in pairs or ():
        # A column's name may hold "=" or "(", a re-expression's name neither: the last "=" before it separates.
        name, equals, form = _divided(pair)
        if not equals or not name or not form:
            raise UsageError(
                f"--express takes a column and a re-expression, such as income=log, and was given {pair!r}."
            )
        if name in found:
            raise UsageError(f"--express names the column {name!r} twice. Name it once.")
        found[name] = form
    return found


def _divided(pair: str) -> tuple[str, str, str]:
    before = pair.rfind("=", 0, pair.rfind("(")) if pair.endswith(")") else pair.rfind("=")
    return (pair, "", "") if before < 0 else (pair[:before], "=", pair[before + 1 :].strip())
