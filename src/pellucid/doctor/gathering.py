"""What can be had only once the program has stopped: its files, read, and the loss that its error came from."""

import linecache
from collections.abc import Iterator

import torch

from pellucid.doctor.crash import own_places
from pellucid.doctor.facts import Place, Session
from pellucid.doctor.facts.failing import failed_loss
from pellucid.doctor.source import read_source

__all__ = ["gather_failed_loss", "gather_sources", "gather_stopped_gpu"]

_STOPPED = (
    "The GPU has stopped at an error, and what lies on it cannot be read any more: rules that need it say nothing. On "
    "the CPU, or with CUDA_LAUNCH_BLOCKING=1, PyTorch names the line."
)


def gather_stopped_gpu(session: Session) -> bool:
    """Whether the error that ended the program has stopped its GPU for good, which is told in ``session.blind``."""
    if session.error is None or not torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        return False
    try:
        torch.cuda.synchronize()
    except RuntimeError:
        others = [sentence for sentence in session.blind if "CUDA error" not in sentence and sentence != _STOPPED]
        session.blind[:] = [*others, _STOPPED]
        return True
    return False


def gather_failed_loss(session: Session) -> None:
    """Add to ``session.losses`` the loss that raised the error which ended the program, if one did."""
    if session.error is None:
        return
    failed = failed_loss(session.error, session.updates)
    if failed is not None and all(site.place != failed.place or not site.calls for site in session.losses):
        session.losses.append(failed)


def gather_sources(session: Session) -> None:
    """Add to ``session.sources`` every file that a place of the session names and that can be read.

    Through ``linecache``, which also has what never was a file: cells of IPython, lines typed at the prompt.
    """
    read = {source.file for source in session.sources}
    for place in _places(session):
        if place is None or place.file in read:
            continue
        read.add(place.file)
        text = "".join(linecache.getlines(place.file))
        if not text:
            continue
        try:
            session.sources.append(read_source(place.file, text))
        except (SyntaxError, ValueError):  # a cell with magics, a file that was changed while it ran
            session.blind.append(f"{place.file} could not be read as Python.")


def _places(session: Session) -> Iterator[Place | None]:
    yield from (model.place for model in session.models)
    for optimizer in session.optimizers:
        yield from (optimizer.place, optimizer.step_place)
    yield from (site.place for site in session.losses)
    yield from (site.place for site in session.calls)
    yield from (backward.place for backward in session.backwards)
    yield from (stretch.place for stretch in session.passes)
    yield from own_places(session.error)
