"""Whether a loss fits a target and an output activation: the conditions of the contract, in the order of asking."""

from math import inf
from typing import NamedTuple

from pellucid.activations import ACTIVATIONS, ChosenActivation
from pellucid.objectives.automatic import EMBEDDING_WIDTH
from pellucid.objectives.chosen import ChosenLoss
from pellucid.objectives.families import CLASS_TASKS, NUMBER_TASKS, describe, family, reads
from pellucid.objectives.reach import gives_as_many, is_constant, reach
from pellucid.records import TargetSpec

__all__ = ["Refusal", "refuse"]


class Refusal(NamedTuple):
    """Why a combination is refused.

    Attributes:
        code: Of the rule.
        reason: What was found, in a sentence.
    """

    code: str
    reason: str


def refuse(loss: ChosenLoss, target: TargetSpec, activation: ChosenActivation, outputs: int) -> Refusal | None:
    """The first reason against training a network with this loss, target, output activation and outputs.

    Args:
        loss: Chosen loss.
        target: Task and sizes.
        activation: At the output.
        outputs: Asked for; 0: what the loss needs.
    """
    if not activation.entry.trainable:
        return Refusal(
            "L121",
            f"{activation.name} at the output makes a decision of every value, and the loss would be computed on "
            "decisions: their derivative is 0, so that nothing is learned. Decide after training; predictions do.",
        )
    if outputs == 1 and is_constant(str(activation)):
        return Refusal(
            "L103",
            f"{activation.name} over one output is {float(activation([[0.0]])):g} whatever the network says: the loss "
            "is constant and no gradient flows.",
        )
    return (
        _wrong_task(loss, target)
        or _wrong_numbers(loss, target)
        or _no_log_probabilities(loss, activation)
        or _single_output(loss, target, outputs)
        or _wrong_activation(loss, target, activation)
        or _wrong_width(loss, target, activation, outputs)
    )


def _wrong_task(loss: ChosenLoss, target: TargetSpec) -> Refusal | None:
    task = target.task
    if task in loss.entry.targets:
        return None
    kind = family(loss.entry)
    sentence = f"{loss.name} {reads(loss.entry)}, but {describe(target)}"
    match kind:
        case "numbers" if task in NUMBER_TASKS:
            return Refusal("L109", f"{sentence}: what its outputs go to is not what is asked for.")
        case "numbers":
            return Refusal("L110", f"{sentence}: classes, labels and marks are names, not amounts.")
        case "pairs":
            return Refusal("L122", f"{sentence}.")
        case "distributions":
            return Refusal("L106", f"{sentence}: without distributions on both sides it has no bound and no meaning.")
        case "labels" if task in CLASS_TASKS:
            return Refusal("L111", f"{sentence}: independent outputs do not know that one class excludes the others.")
        case "labels":
            return Refusal("L112", f"{sentence}, not 0 or 1.")
        case "classes" if task == "multilabel":
            return Refusal("L111", f"{sentence}: each label would push the others down.")
        case "order" if task in (*CLASS_TASKS, "multilabel"):
            return Refusal("L111", f"{sentence}: there is no order that it could keep.")
        case _:
            return Refusal("L113", f"{sentence}.")


def _wrong_numbers(loss: ChosenLoss, target: TargetSpec) -> Refusal | None:
    """Numbers of the loss that do not fit the target, such as more weights than labels."""
    weights = loss.numbers.get("pos_weight")
    found = loss.entry.misfit(target, loss.numbers)
    if found:
        return Refusal("L120" if weights is not None or "alpha" in loss.numbers else "L113", found)
    width = loss.entry.outputs(target, loss.numbers)
    if not isinstance(weights, tuple) or len(weights) in (1, width):
        return None
    wanted = f"one for all, or {width}, one per label" if width > 1 else "one"
    return Refusal("L120", f"pos_weight has {len(weights)} weights, but {describe(target)}. Give {wanted}.")


def _link(loss: ChosenLoss, target: TargetSpec) -> ChosenActivation:
    return ACTIVATIONS(loss.entry.link(target, loss.numbers))


def _no_log_probabilities(loss: ChosenLoss, activation: ChosenActivation) -> Refusal | None:
    if loss.entry.reads not in ("log_probabilities", "frames") or activation.name == "log_softmax":
        return None
    return Refusal(
        "L106" if family(loss.entry) == "distributions" else "L105",
        f"{loss.name} reads log-probabilities, which log_softmax gives, but {activation.name} is at the output: "
        f"its values in {reach(str(activation))} are no logarithms of probabilities that sum to 1, and the "
        "loss has no lower bound on them.",
    )


_BY_SIGMOID = ("sigmoid", "sigmoids", "corn", "coral")


def _single_output(loss: ChosenLoss, target: TargetSpec, outputs: int) -> Refusal | None:
    if outputs != 1 or family(loss.entry) != "classes" or loss.entry.outputs(target, loss.numbers) == 1:
        return None
    return Refusal(
        "L103",
        f"{loss.name} compares one output per class, but outputs=1 was given: over a single output the loss is 0 "
        "whatever the network says, and no gradient flows.",
    )


def _wrong_activation(loss: ChosenLoss, target: TargetSpec, activation: ChosenActivation) -> Refusal | None:
    link = _link(loss, target)
    if str(activation) == str(link):
        return None
    values, entry = reach(str(activation)), activation.entry
    shown = f"{activation.name} at the output gives values in {values}"
    if "clusters" in activation.numbers:
        return Refusal("L109", f"{activation.name} belongs to the loss of that name, which brings the layer before it.")
    match loss.entry.reads:
        case "logits":
            if not entry.rowwise and values.covers(-inf, inf):
                return None
            head = loss.entry.head(target, loss.numbers)
            if entry.rowwise and head == "sigmoids":
                return _shared(loss, activation)
            if values.high <= 0 or (values.low >= 0 and values.high <= 1):
                itself = "sigmoid" if head in _BY_SIGMOID else "log-softmax"
                return Refusal(
                    "L101" if itself == "log-softmax" else "L102",
                    f"{loss.name} applies {itself} itself and reads raw outputs, but {shown}: they would be squashed "
                    "twice, and no output could be sure of itself.",
                )
            tied = " and ties the outputs of a row to one another" if entry.rowwise else ""
            return Refusal("L109", f"{loss.name} reads raw outputs, any number, but {shown}{tied}.")
        case "probabilities":
            if entry.rowwise and family(loss.entry) == "labels":
                return _shared(loss, activation)
            if values.low >= 0 and values.high <= 1:
                return None
            return Refusal("L104", f"{loss.name} reads probabilities between 0 and 1, but {shown}.")
        case "reals" | "rates":
            return _unreached(loss, target, activation, shown, positive=reach(str(link)).low >= 0)
        case "scores":
            if not entry.rowwise and values.covers(-1, 1):
                return None
            return Refusal("L109", f"{loss.name} wants scores on both sides of 0, at least from −1 to 1, but {shown}.")
        case "embeddings":
            return None
        case _:
            return Refusal("L109", f"{loss.name} is computed through {link}, but {activation} is at the output.")


def _shared(loss: ChosenLoss, activation: ChosenActivation) -> Refusal:
    return Refusal("L111", f"{loss.name} {reads(loss.entry)}, but {activation.name} lets a row's outputs share 1.")


def _unreached(
    loss: ChosenLoss, target: TargetSpec, activation: ChosenActivation, shown: str, *, positive: bool
) -> Refusal | None:
    """Refuse outputs that cannot be where the targets are, as far as the range of these is known."""
    if activation.entry.rowwise and not (activation.entry.name == "increasing" and target.task == "quantile"):
        return Refusal("L109", f"{activation.name} ties the outputs of a row to one another, but {describe(target)}.")
    values = reach(str(activation))
    if loss.entry.reads == "rates":
        if positive and values.low < 0:
            return Refusal("L109", f"{loss.name} reads rates, which are never negative, but {shown}.")
        if not positive:
            unbounded = values.covers(-inf, inf)
            return None if unbounded else Refusal("L109", f"{loss.name} reads logarithms of rates, but {shown}.")
    if target.low is None or target.high is None or values.covers(target.low, target.high):
        return None
    return Refusal("L109", f"{shown}, but the targets lie between {target.low:g} and {target.high:g}.")


def _wrong_width(loss: ChosenLoss, target: TargetSpec, activation: ChosenActivation, outputs: int) -> Refusal | None:
    if target.task in CLASS_TASKS and target.classes < 2:
        return Refusal("L113", f"{loss.name} tells classes apart, but the target has {target.classes or 'none'}.")
    needed = loss.entry.outputs(target, loss.numbers)
    width = outputs or needed or EMBEDDING_WIDTH
    if not gives_as_many(activation, width):
        return Refusal(
            "L113", f"{activation.name} changes the number of values, but the output has to keep its {width}."
        )
    if not needed or width == needed:
        return None
    plenty = (
        " Outputs that are never the right answer only take probability away."
        if width > needed and family(loss.entry) == "classes"
        else ""
    )
    return Refusal(
        "L113",
        f"{loss.name} needs {needed} output{'s' * (needed != 1)} ({loss.entry.needs}) where {describe(target)}, but "
        f"outputs={width} was given.{plenty}",
    )
