"""The contract: which loss accepts which target, through which output. One table, worked out from the declarations.

A new loss joins by being registered: what it reads, which targets it accepts and the activation that it is computed
through say the rest. The same table refuses recipes, prints ``pellucid show contract`` and makes the docs' table.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from pellucid.activations import ACTIVATIONS, ChosenActivation
from pellucid.errors import CONTRACT_RULES, ContractError
from pellucid.heads import HEADS
from pellucid.objectives.automatic import AUTOMATIC, EMBEDDING_WIDTH, candidates
from pellucid.objectives.chosen import ChosenLoss
from pellucid.objectives.examples import example
from pellucid.objectives.families import family
from pellucid.objectives.fitting import refuse
from pellucid.objectives.losses import LOSSES
from pellucid.objectives.objective import Objective
from pellucid.records import TARGET_TASKS, TargetSpec, TargetTask

__all__ = ["ContractRow", "choose", "contract_rows", "contract_table"]


def choose(
    loss: str | ChosenLoss, target: TargetSpec, *, output_activation: str = "auto", outputs: int | None = None
) -> Objective:
    """The objective that a recipe means for a target.

    Args:
        loss: Choice of a loss; ``auto``: the right one for the target, or for the output activation and number of
            outputs where these are given.
        target: Task and sizes.
        output_activation: Choice of the activation at the output; ``auto``: the loss's own.
        outputs: Width of the output; None: what the loss needs.

    Raises:
        UnknownNameError: If a name is not registered; offers the nearest.
        ContractError: If loss, output and target do not fit together; says the rule, and the nearest recipe that fits.
    """
    own = output_activation == "auto"
    if str(loss) != "auto":
        chosen = LOSSES(loss)
        activation = ACTIVATIONS(_link(chosen, target) if own else output_activation)
        refusal = refuse(chosen, target, activation, outputs or 0)
        if refusal is not None:
            raise ContractError(refusal.code, refusal.reason, recipe=nearest(chosen, target, activation, outputs))
        return _objective(chosen, target, activation, outputs)
    first: ContractError | None = None
    for name in candidates(target):
        try:
            return choose(name, target, output_activation=output_activation, outputs=outputs)
        except ContractError as error:
            first = first or error
        if own and outputs is None:
            break
    assert first is not None
    raise first


def _objective(loss: ChosenLoss, target: TargetSpec, activation: ChosenActivation, outputs: int | None) -> Objective:
    link = str(activation)
    free = not loss.entry.outputs(target, loss.numbers)
    return Objective(
        loss,
        target,
        "" if link == str(ACTIVATIONS(_link(loss, target))) else link,
        (outputs or EMBEDDING_WIDTH) if free else 0,
    )


def _link(loss: ChosenLoss, target: TargetSpec) -> str:
    # A loss that does not accept the target cannot say how it would be computed for it; it is refused for that anyway.
    return loss.entry.link(target, loss.numbers) if target.task in loss.entry.targets else "identity"


def nearest(loss: ChosenLoss, target: TargetSpec, activation: ChosenActivation, outputs: int | None) -> str:
    """The recipe that comes nearest to a refused one and fits, as code; empty where the target itself is at fault."""
    right = LOSSES(AUTOMATIC[target.task])
    tried = [right]
    if target.task in loss.entry.targets:
        # The right loss is nearer than a repair if it reads the outputs just as they were given.
        as_given = refuse(right, target, activation, outputs or 0) is None
        one_of_two = target.task == "binary" and outputs == 1 and loss.entry.outputs(target, loss.numbers) != 1
        tried = [right, loss] if as_given or one_of_two else [loss, right]
    for each in tried:
        if refuse(each, target, ACTIVATIONS(_link(each, target)), 0) is None and _reads_range(each, target):
            return f'pl.Recipe(loss="{each}")'
    return ""


def _reads_range(loss: ChosenLoss, target: TargetSpec) -> bool:
    """Whether the loss reads targets from ``low`` to ``high``, as ``check_targets`` will ask of the values."""
    if target.low is None or target.high is None:
        return True
    if loss.entry.reads == "rates":
        return target.low >= 0
    return family(loss.entry) != "labels" or (target.low >= 0 and target.high <= 1)


@dataclass(frozen=True, kw_only=True)
class ContractRow:
    """One row of the table.

    Attributes:
        task: Kind of target.
        loss: Loss.
        allowed: Whether the two go together.
        automatic: Whether ``auto`` chooses this loss for this target.
        link: Activation at the output that the loss is computed through.
        also: Further activations at the output that are accepted.
        outputs: Outputs needed, in words.
        head: What turns outputs into predictions.
        gives: What the predictions are.
        decision: What is decided from them.
        code: Rule that a refusal breaks; empty where allowed, as are the next two.
        slug: Its readable name.
        reason: Why, in a sentence.
        recipe: A recipe that fits the target, as code.
    """

    task: str
    loss: str
    allowed: bool
    automatic: bool = False
    link: str = ""
    also: tuple[str, ...] = ()
    outputs: str = ""
    head: str = ""
    gives: str = ""
    decision: str = ""
    code: str = ""
    slug: str = ""
    reason: str = ""
    recipe: str = ""


@lru_cache(maxsize=1)
def contract_table() -> tuple[ContractRow, ...]:
    """Every task with every loss."""
    return tuple(_row(task, LOSSES(name)) for task in TARGET_TASKS for name in LOSSES.names())


def contract_rows() -> list[dict[str, Any]]:
    """The table as plain data, ready for JSON."""
    return [asdict(row) for row in contract_table()]


def _row(task: TargetTask, loss: ChosenLoss) -> ContractRow:
    target = example(task, loss)
    try:
        objective = choose(loss, target)
    except ContractError as error:
        return ContractRow(
            task=task,
            loss=loss.name,
            allowed=False,
            code=error.code,
            slug=CONTRACT_RULES[error.code],
            reason=error.reason,
            recipe=error.recipe,
        )
    link = ACTIVATIONS(objective.link)
    also = [
        each.name
        for each in ACTIVATIONS
        if each.name != link.name and refuse(loss, target, ACTIVATIONS(each.name), 0) is None
    ]
    head = HEADS[objective.head.name]
    return ContractRow(
        task=task,
        loss=loss.name,
        allowed=True,
        automatic=AUTOMATIC[task] == loss.name,
        link=str(link),
        also=tuple(also),
        outputs=loss.entry.needs,
        head=head.name,
        gives=head.gives,
        decision=head.decision,
    )
