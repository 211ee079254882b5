"""Forms in which every output has a target of its own: numbers, chances, shares, marks."""

from collections.abc import Mapping

from torch import Tensor

from pellucid.catalogue import Value
from pellucid.errors import UsageError
from pellucid.objectives.entry import Loss
from pellucid.objectives.forms.arranged import Arranged, FormRule, Options, answers, pairwise_shape, stretched

__all__ = ["CHANCES", "ELEMENTS", "LABEL_MEANS", "MARKS", "SHARES", "chances"]


def _flat(outputs: Tensor, targets: Tensor) -> Arranged:
    """Every element a unit of one output."""
    return Arranged(
        outputs=outputs.reshape(1, -1, 1),
        targets=targets.to(outputs.dtype).reshape(1, -1, 1),
        shape=outputs.shape,
        restore=lambda gradient: (gradient.reshape(outputs.shape),),
    )


def _with(arranged: Arranged, **changes: object) -> Arranged:
    return Arranged(**{**vars(arranged), **changes})


def _elements(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    outputs, targets = tensors
    pairwise_shape(loss.name, outputs, targets)
    return _flat(outputs, targets)


def _shares(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """The mean is over the first axis, not over classes: torch's batchmean."""
    arranged = _elements(loss, numbers, tensors, options)
    rows = arranged.shape[0] if len(arranged.shape) > 1 else 1
    count = arranged.outputs.numel()
    return _with(arranged, masses=arranged.outputs.new_full((count,), rows / count) if count else None)


def _between(loss: str, what: str, values: Tensor, rule: str, hint: str) -> None:
    outside = (values < 0) | (values > 1)
    if bool(outside.any()):
        found = float(values[outside][0])
        raise UsageError(f"{loss} takes {what} between 0 and 1, found {found:g} (rule {rule}). {hint}")


def chances(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """Targets 0 or 1, or between."""
    arranged = _elements(loss, numbers, tensors, options)
    _between(loss.name, "targets", tensors[1], "L112", "Use 0 for no and 1 for yes.")
    if loss.reads == "probabilities":
        _between(
            loss.name,
            "probabilities",
            tensors[0],
            "L104",
            "Use bce_with_logits for raw outputs, or put a sigmoid first.",
        )
    if options.pos_weight is not None:
        wide = stretched(loss.name, "pos_weight", options.pos_weight, tensors[0])
        arranged = _with(arranged, numbers={"pos_weight": wide.reshape(1, -1, 1)})
    elif isinstance(own := numbers.get("pos_weight"), tuple) and own != (1.0,):
        wide = stretched(loss.name, "pos_weight", tensors[0].new_tensor(own), tensors[0])
        arranged = _with(arranged, numbers={"pos_weight": wide.reshape(1, -1, 1)})
    if options.weight is not None:
        arranged = _with(arranged, factors=stretched(loss.name, "weight", options.weight, tensors[0]).reshape(-1))
    return arranged


def _label_means(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """One loss per row: the mean over the last axis."""
    arranged = chances(loss, numbers, tensors, options)
    if not arranged.shape:
        raise UsageError(f"{loss.name} takes outputs [rows, labels], found a single number. Use bce_with_logits.")
    share = arranged.outputs.new_full((arranged.outputs.numel(),), 1.0 / max(arranged.shape[-1], 1))
    factors = share if arranged.factors is None else arranged.factors * share
    return _with(arranged, factors=factors, masses=share, folded=True)


def _marks(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """Targets −1 and +1; the loss itself takes 0 and 1."""
    outputs, targets = tensors
    pairwise_shape(loss.name, outputs, targets)
    return _flat(outputs, 0.5 * (answers(loss.name, targets, outputs) + 1.0))


ELEMENTS = FormRule(_elements)
SHARES = FormRule(_shares)
CHANCES = FormRule(chances, options=("weight", "pos_weight"))
LABEL_MEANS = FormRule(_label_means, options=("weight",))
MARKS = FormRule(_marks)
