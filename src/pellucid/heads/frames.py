"""Head of sequences: what every frame says, and the sequence that the frames spell."""

import numpy as np

from pellucid.heads.classes import largest, one_per_class
from pellucid.heads.entry import Head
from pellucid.shapes import Codes

__all__ = ["FRAMES", "collapse"]

FRAMES = Head(
    name="frames",
    formula="p_s = e^z_s, frame by frame",
    purpose="Sequences that are not aligned with their frames: log-probabilities of a symbol "
    "or the blank at every frame.",
    source="Graves, Fernández, Gomez & Schmidhuber (2006), Connectionist temporal classification, eqs. (1)–(4)",
    gives="frames",
    tasks=("sequence",),
    outputs=one_per_class,
    predict=lambda z, numbers: np.exp(z),
    decide=largest,
    decision="every frame's likeliest symbol; see collapse",
)


def collapse(symbols: Codes) -> Codes:
    """The labels that frames spell: repeats are one, then blanks (0) go; best-path decoding, Graves et al. eq. (4).

    Args:
        symbols: Every frame's symbol, in order ``[frames]``; 0 is blank.
    """
    frames = np.asarray(symbols, dtype=np.int64)
    changed = np.concatenate([[True], frames[1:] != frames[:-1]])[: len(frames)]
    kept: Codes = frames[changed & (frames != 0)]
    return kept
