"""Sketch: a network written down as its widths, ``2-3-1``."""

import re
from dataclasses import dataclass

from pellucid.errors import UsageError

__all__ = ["Sketch", "parse_network"]

_WIDTHS = re.compile(r"\s*\d+(\s*[-–→]\s*\d+)+\s*")
_MOST_UNITS = 4096


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """A network to be explained, without data.

    Attributes:
        inputs: How many.
        hidden: Width of every hidden layer.
        outputs: Width of the output.
        activation: Choice of an activation behind each hidden layer.
        output_activation: Choice of the one at the output; ``auto``: what the loss reads.
        weights: Value of every weight; None: drawn by the seed.
        bias: Whether there are biases.
    """

    inputs: int
    hidden: tuple[int, ...]
    outputs: int
    activation: str = "tanh"
    output_activation: str = "auto"
    weights: float | None = None
    bias: bool = True

    def __str__(self) -> str:
        return "-".join(str(width) for width in (self.inputs, *self.hidden, self.outputs))


def parse_network(
    text: str,
    *,
    activation: str = "tanh",
    output_activation: str = "auto",
    weights: float | None = None,
    bias: bool = True,
) -> Sketch:
    """Read a network's widths: ``2-3-1`` has 2 inputs, 3 hidden units and 1 output.

    Args:
        text: Widths from the inputs to the outputs, with hyphens between them.
        activation: Choice of an activation behind each hidden layer.
        output_activation: Choice of the one at the output; ``auto``: what the loss reads.
        weights: Value of every weight; None: drawn by the seed.
        bias: Whether there are biases.

    Raises:
        UsageError: If it is no such text.
    """
    if not _WIDTHS.fullmatch(text):
        raise UsageError(
            "A network is written as its widths, such as 2-3-1 for 2 inputs, 3 hidden units and 1 output; found "
            f"{text!r}."
        )
    widths = [int(number) for number in re.findall(r"\d+", text)]
    if not all(0 < width <= _MOST_UNITS for width in widths):
        raise UsageError(f"Every width lies between 1 and {_MOST_UNITS}, found {text!r}.")
    return Sketch(
        inputs=widths[0],
        hidden=tuple(widths[1:-1]),
        outputs=widths[-1],
        activation=str(activation),
        output_activation=str(output_activation),
        weights=weights,
        bias=bias,
    )
