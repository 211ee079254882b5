"""What the network says of the followed row, and what it should have said."""

from collections.abc import Iterator

import numpy as np

from pellucid.errors import PellucidError
from pellucid.explain.numbers import written
from pellucid.explain.passing import as_array
from pellucid.explain.view import View
from pellucid.records.passes import RemarkRecord
from pellucid.shapes import Array, Floats

__all__ = ["prediction_remark"]

_TOLD = ("class_probabilities", "label_probabilities", "values")


def prediction_remark(view: View) -> Iterator[RemarkRecord]:
    """Prediction beside target, for tasks that predict row by row."""
    objective = view.subject.objective
    try:
        head = objective.head
    except PellucidError:
        return
    if objective.target.rows > 1 or head.entry.gives not in (*_TOLD, "scores", "quantiles"):
        return
    outputs = as_array(view.passed.outputs[view.row])
    with np.errstate(all="ignore"):
        predicted = head.predict(outputs.reshape(1, -1, 1))[0]
        decided = np.asarray(head.decide(predicted))
    target = np.atleast_1d(as_array(view.passed.batch.targets[0, view.unit]))
    if not np.isfinite(predicted).all():
        return
    sentence = _sentence(view, predicted[:, 0], decided, target)
    if sentence:
        yield RemarkRecord(kind="prediction", place="output", sentence=sentence)


def _sentence(view: View, predicted: Floats, decided: Array, target: Floats) -> str:
    task = view.subject.objective.task
    if task in ("binary", "multiclass", "ordinal"):
        said, wanted = int(decided.ravel()[0]), int(target[0])
        names = view.subject.classes

        def called(number: int) -> str:
            return str(names[number]) if number < len(names) else str(number)

        verdict = "as it should" if said == wanted else f"and the target is {called(wanted)}"
        chance = ""
        if view.subject.objective.head.entry.gives == "class_probabilities" and len(predicted) > max(said, wanted):
            chance = f" with probability {_share(float(predicted[said]))}"
            if said != wanted:
                chance += f" ({_share(float(predicted[wanted]))} for {called(wanted)})"
        return f"The network says class {called(said)}{chance}, {verdict}."
    if task in ("regression", "count") and len(target) == 1:
        value, goal = float(decided.ravel()[0]), float(target[0])
        apart = value - goal
        way = "too high" if apart > 0 else "too low"
        end = f"{written(abs(apart))} {way}" if apart else "exactly right"
        return f"The network says {written(value)}, and the target is {written(goal)}: {end}."
    if task == "multilabel":
        wrong = int((decided.ravel() != (target > 0.5)).sum())
        return f"Of {len(target)} labels the network has {wrong} wrong."
    return ""


def _share(value: float) -> str:
    """A probability; one that has rounded to 1 or 0 says so."""
    if value == 1.0:
        return "1 (rounded)"
    return written(value)
