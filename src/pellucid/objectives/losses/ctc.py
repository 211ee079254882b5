"""Connectionist temporal classification: label sequences that are not aligned with their frames.

Graves et al. (2006), "Connectionist temporal classification", §4.1: a path says one symbol or blank at every frame, and
spells its labels once repeats are merged and blanks dropped. The loss adds up all paths that spell the target, by
dynamic programming over the labels with a blank before, between and behind them.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from pellucid.catalogue import Parameter
from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows

__all__ = ["CTC"]

# Logarithm of an impossible probability: finite, so that differences of two of them are numbers.
_NEVER = -1e30
_IMPOSSIBLE = -1e29


@dataclass(frozen=True)
class _Lattice:
    """States s are the labels with blanks around them, S = 2·L + 1; T frames.

    Attributes:
        symbols: Symbol of every state ``[m, b, S]``.
        says: Log-probability of a state's symbol at every frame ``[m, T, b, S]``.
        frames: Frames of every unit ``[m, b, 1]``.
        ends: 0 where a path may end: the last label and the blank behind it; ``_NEVER`` elsewhere ``[m, b, S]``.
        leaps: 0 where a path may leap over the blank before the state, ``_NEVER`` elsewhere ``[m, b, S]``.
    """

    symbols: Tensor
    says: Tensor
    frames: Tensor
    ends: Tensor
    leaps: Tensor


def _lattice(outputs: Tensor, targets: Tensor) -> _Lattice:
    m, b = targets.shape[:2]
    labels = targets[:, :, 2:]
    symbols = torch.stack([torch.zeros_like(labels), labels], 3).flatten(2)
    symbols = pad(symbols, (0, 1))  # a blank behind the last label
    by_frame = outputs.reshape(m, -1, b, outputs.shape[2])
    where = symbols.unsqueeze(1).expand(-1, by_frame.shape[1], -1, -1)
    places = torch.arange(symbols.shape[2], device=symbols.device)
    last = 2 * targets[:, :, 1:2]
    # Equal neighbours need the blank between them, or they would be merged into one.
    leaps = (symbols != 0) & (symbols != pad(symbols, (2, 0))[:, :, :-2])
    return _Lattice(
        symbols=symbols,
        says=by_frame.gather(3, where).clamp(min=_NEVER),
        frames=targets[:, :, :1],
        ends=_allowed((places == last) | (places == last - 1), outputs),
        leaps=_allowed(leaps, outputs),
    )


def _allowed(mask: Tensor, like: Tensor) -> Tensor:
    return torch.where(mask, 0.0, _NEVER).to(like.dtype)


def _added(first: Tensor, second: Tensor, third: Tensor) -> Tensor:
    """log(e^first + e^second + e^third)."""
    largest = torch.maximum(torch.maximum(first, second), third)
    total = torch.exp(first - largest) + torch.exp(second - largest) + torch.exp(third - largest)
    return torch.log(total) + largest


def _shifted(values: Tensor, by: int) -> Tensor:
    """Values of the state ``by`` places before (by > 0) or behind ``[m, b, S]``."""
    if by > 0:
        return pad(values, (by, 0), value=_NEVER)[:, :, :-by]
    return pad(values, (0, -by), value=_NEVER)[:, :, -by:]


def _forward(lattice: _Lattice) -> list[Tensor]:
    """α_t(s): log-probability of all paths that are in state s at frame t ``[m, b, S]``."""
    start = torch.full_like(lattice.ends, _NEVER)
    start[:, :, :2] = lattice.says[:, 0, :, :2]
    found = [start]
    for frame in range(1, lattice.says.shape[1]):
        before = found[-1]
        now = _added(before, _shifted(before, 1), _shifted(before, 2) + lattice.leaps) + lattice.says[:, frame]
        found.append(torch.where(frame < lattice.frames, now, before))
    return found


def _backward(lattice: _Lattice) -> list[Tensor]:
    """β_t(s): log-probability of all ways from state s at frame t to the end ``[m, b, S]``, frame t left out."""
    found = [lattice.ends]
    leaps = _shifted(lattice.leaps, -2)
    for frame in range(lattice.says.shape[1] - 1, 0, -1):
        behind = found[-1]
        onward = behind + lattice.says[:, frame]
        now = _added(onward, _shifted(onward, -1), _shifted(onward, -2) + leaps)
        found.append(torch.where(frame < lattice.frames, now, behind))
    return found[::-1]


def _log_likelihood(lattice: _Lattice, last: Tensor) -> Tensor:
    """The log-probability of all paths that spell the target ``[m, b]``."""
    ended = last + lattice.ends
    largest = ended.amax(2, keepdim=True)
    return torch.log(torch.exp(ended - largest).sum(2)) + largest.squeeze(2)


def _ctc(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−log Σ_paths Π_t p_t(path); infinity, or 0 with ``zero_infinity``, where no path is short enough."""
    lattice = _lattice(outputs, targets)
    found = _log_likelihood(lattice, _forward(lattice)[-1])
    return torch.where(found < _IMPOSSIBLE, 0.0 if numbers["zero_infinity"] else torch.inf, -found)


def _ctc_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−(probability that a path which spells the target says the symbol at the frame); 0 where there is no path."""
    lattice = _lattice(outputs, targets)
    forward, backward = _forward(lattice), _backward(lattice)
    found = _log_likelihood(lattice, forward[-1]).unsqueeze(2)
    m, b = targets.shape[:2]
    gradient = outputs.new_zeros(m, lattice.says.shape[1], b, outputs.shape[2])
    for frame, (before, behind) in enumerate(zip(forward, backward, strict=True)):
        there = (frame < lattice.frames) & (found > _IMPOSSIBLE)
        share = torch.where(there, torch.exp(before + behind - found), 0.0)
        if share.is_cpu:
            gradient[:, frame].scatter_add_(2, lattice.symbols, share.neg_())
        else:
            # Atomic additions would come in any order.
            gradient[:, frame] = _by_symbol(share.neg_(), lattice.symbols, outputs.shape[2])
    return gradient.view(outputs.shape)


def _by_symbol(shares: Tensor, symbols: Tensor, count: int) -> Tensor:
    """Sums ``[m, b, count]`` of the shares ``[m, b, S]`` of states that say the same symbol."""
    says = symbols.unsqueeze(3) == torch.arange(count, device=symbols.device)
    return torch.where(says, shares.unsqueeze(3), 0.0).sum(2)


CTC = Loss(
    name="ctc",
    formula="−log Σ_{paths that spell y} Π_t p_t(symbol of the path)",
    purpose="For label sequences that are shorter than their frames and not aligned with them; symbol 0 is the blank. "
    "Needs at least one frame per label, and one more between equal labels.",
    source='Graves, Fernández, Gomez & Schmidhuber (2006), "Connectionist temporal classification", §4.1',
    aliases=("CTCLoss", "connectionist_temporal_classification"),
    parameters=(
        Parameter(
            name="zero_infinity",
            default=False,
            meaning="count targets that no path can spell as 0 instead of infinity",
            kind="flag",
            structural=True,
        ),
    ),
    twin="torch.nn.functional.ctc_loss",
    reads="frames",
    targets=("sequence",),
    outputs=lambda target, numbers: target.classes,
    needs="one per symbol, blank included, at every frame",
    untrained="about frames·ln C, less what the many paths save",
    expects=nobody_knows,
    link=always("log_softmax"),
    head=always("frames"),
    form="sequences",
    value=_ctc,
    gradient=_ctc_gradient,
)
