"""The loss that a program's error came from, read off the error's own frames."""

from pathlib import Path
from types import TracebackType
from typing import Any

import torch
from torch import Tensor

from pellucid.doctor.facts.calls import Phase
from pellucid.doctor.facts.losses import LossCall, LossSite
from pellucid.doctor.facts.places import Place

__all__ = ["failed_loss"]

_KINDS = {
    "cross_entropy",
    "nll_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "kl_div",
    "mse_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
}
_LIBRARY = str(Path(torch.__file__).parent)
_ROWS = 2048


def failed_loss(error: BaseException, step: int = 0) -> LossSite | None:
    """The loss function that raised an error, with what it was given; None if the error came from elsewhere.

    Args:
        error: What ended the program.
        step: Updates before it.
    """
    place: Place | None = None
    frame = error.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        if not code.co_filename.startswith(_LIBRARY) and "/pellucid/" not in code.co_filename:
            place = Place(code.co_filename, frame.tb_lineno, code.co_name)
        elif code.co_name in _KINDS and place is not None and code.co_filename.endswith("functional.py"):
            return _site(code.co_name, place, frame, step)
        frame = frame.tb_next
    return None


def _site(kind: str, place: Place, frame: TracebackType, step: int) -> LossSite | None:
    given = frame.tb_frame.f_locals
    output, target = given.get("input"), given.get("target")
    if not isinstance(output, Tensor) or not isinstance(target, Tensor):
        return None
    history: list[str] = []
    node = output.grad_fn
    while node is not None and len(history) < 16:
        history.append(node.name())
        node = node.next_functions[0][0] if node.next_functions else None
    call = LossCall(
        output=_rows(output),
        target=_rows(target),
        output_shape=tuple(output.shape),
        target_shape=tuple(target.shape),
        value=torch.tensor(float("nan")),
        history=tuple(history),
        phase=Phase(training=True, grad=output.requires_grad),
        step=step,
        model=None,
    )
    asked = ("reduction", "log_target", "ignore_index")
    options: dict[str, Any] = {name: given[name] for name in asked if name in given}
    return LossSite(kind=kind, place=place, module=None, options=options, calls=[call], count=1, trained=True)


def _rows(tensor: Tensor) -> Tensor | None:
    """Its first rows in main memory; None where the error has stopped the device that they are on."""
    try:
        rows = tensor.detach()[:_ROWS]
        return rows.clone() if rows.device.type == "cpu" else rows.cpu()
    except RuntimeError:
        return None
