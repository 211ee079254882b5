"""What a recipe does to gradients between the backward pass and the update: penalties, clipping, noise."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pellucid.explain.numbers import written
from pellucid.explain.passing import Pass, as_array
from pellucid.explain.subject import Subject
from pellucid.networks import Tensors
from pellucid.optimizers import per_member_norms
from pellucid.records.passes import LineRecord, StageRecord
from pellucid.training.randomness import StackNoise
from pellucid.training.regularising import Regulariser

__all__ = ["Regularised", "regularise"]


@dataclass(frozen=True)
class Regularised:
    """Gradients as the update gets them.

    Attributes:
        gradients: Changed ones, a copy.
        penalty: What penalties on parameters add to the loss.
        stages: What was done, if anything.
        project: Brings parameters back to where penalties allow them, after the update.
    """

    gradients: Tensors
    penalty: float
    stages: tuple[StageRecord, ...]
    project: Callable[[Tensors], None]


def regularise(subject: Subject, passed: Pass, step: int) -> Regularised:
    """Do to a pass's gradients what the recipe asks for.

    Args:
        subject: With recipe and penalties.
        passed: Its pass.
        step: Number of the training step, for the noise.
    """
    recipe = subject.recipe
    regulariser = Regulariser([recipe], [subject.penalties], subject.network.parameters)
    gradients = passed.gradients.take([0])
    for name in subject.absent:
        gradients.views[name].zero_()
    if regulariser.is_idle:
        return Regularised(gradients, 0.0, (), regulariser.project)
    noise = StackNoise([recipe.seed], np.array([0.0]), dtype=subject.dtype)
    noise.begin_epoch(step, 1, np.ones((1, 1)))
    noise.begin_step(0)
    before, norm = gradients.take([0]), _norm(gradients)
    regulariser.change_gradients(subject.parameters, gradients, noise, np.array([step]))
    for name in subject.absent:
        gradients.views[name].zero_()
    penalty = float(regulariser.values(subject.parameters)[0])
    what = [
        *(str(each) for each in subject.penalties if each.entry.activity is None),
        *([f"values cut off at ±{written(recipe.clip_value)}"] if recipe.clip_value is not None else []),
        *([f"norm no larger than {written(recipe.clip_norm)}"] if recipe.clip_norm is not None else []),
        *([f"noise of {written(recipe.gradient_noise)}"] if recipe.gradient_noise else []),
    ]
    lines = (
        LineRecord(symbol="‖g‖", formula="√(Σ g²)", value=norm, note="before"),
        LineRecord(symbol="‖g‖", formula="√(Σ g²)", value=_norm(gradients), note="after"),
    )
    arrays = {f"∂L/∂{name}": _used(subject, gradients, name) for name in before.views}
    stage = StageRecord(
        phase="backward",
        title="gradients, as the update gets them",
        sentence=f"Changed by {', '.join(what)}." if what else "",
        lines=lines,
        arrays=arrays,
    )
    return Regularised(gradients, penalty, (stage,), regulariser.project)


def _norm(gradients: Tensors) -> float:
    return float(per_member_norms(gradients)[0])


def _used(subject: Subject, gradients: Tensors, name: str) -> object:
    spec = next(each for each in subject.network.parameters if each.name == name)
    return as_array(gradients.views[name][0][spec.corner]).reshape(spec.file_shape).tolist()
