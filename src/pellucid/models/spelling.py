"""What frames spell: the label sequence of each sequence from the likeliest symbol of each of its frames."""

from typing import NamedTuple

import numpy as np

from pellucid.heads import collapse
from pellucid.shapes import Array, Codes
from pellucid.tables import Runs

__all__ = ["Spelled", "spell"]


class Spelled(NamedTuple):
    """Labels of s sequences.

    Attributes:
        texts: Labels joined by blanks, str ``[s]``; empty where a sequence says nothing.
        codes: Label numbers from 1, then zeros, int64 ``[s, longest]``.
    """

    texts: Array
    codes: Codes


def spell(symbols: Codes, runs: Runs, labels: tuple[str, ...]) -> Spelled:
    """Best path: repeats are one, then blanks go.

    Args:
        symbols: Of all frames of all sequences, one after the other ``[frames]``; 0 is the blank.
        runs: Where the sequences lie.
        labels: What the symbols from 1 on stand for.
    """
    lengths = runs.stops - runs.starts
    parts = np.split(symbols, np.cumsum(lengths)[:-1]) if len(runs) else []
    said = [collapse(part) for part in parts]
    codes = np.zeros((len(said), max(map(len, said), default=0)), dtype=np.int64)
    for place, own in enumerate(said):
        codes[place, : len(own)] = own
    texts = [" ".join(labels[code - 1] for code in own) for own in said]
    return Spelled(np.array(texts, dtype=np.str_), codes)
