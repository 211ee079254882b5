"""The loss as it is told: the followed row's own, then the batch's mean, then what penalties add."""

from collections.abc import Iterator

import numpy as np

from pellucid.explain.joined import joined_loss
from pellucid.explain.loss_formulas import element_formulas
from pellucid.explain.losses_of_rows import row_slopes, row_value
from pellucid.explain.notation import put_in
from pellucid.explain.numbers import factor, written
from pellucid.explain.passing import as_array
from pellucid.explain.symbols import indexed, slope
from pellucid.explain.view import View, line, most
from pellucid.objectives.penalties import ChosenPenalty, StackPenalties
from pellucid.records.passes import LineRecord, StageRecord
from pellucid.shapes import Floats

__all__ = ["loss_slope_lines", "loss_stage", "output_name", "penalty_value"]


def output_name(view: View, place: int, part: int = 0) -> str:
    """What an output is called; with several rows a unit their number follows behind a comma."""
    symbol = view.links[-1].result(place)
    return symbol if view.subject.rows_a_unit == 1 else f"{symbol}{_MARKS.get(part, f'[{part + 1}]')}"


_MARKS = {0: "′", 1: "″", 2: "‴"}


def loss_stage(view: View) -> StageRecord:
    """The loss of the followed unit, of the batch, and with penalties."""
    subject, loss = view.subject, view.subject.objective.loss
    outputs = as_array(view.passed.outputs)
    lines = list(_own_loss(view))
    if not view.is_alone:
        lines.append(_mean(view))
    lines += _penalties(view)
    target = as_array(view.passed.batch.targets[0, : subject.units])
    return StageRecord(
        phase="loss",
        title=f"loss, {loss}",
        sentence=_target_in_words(view),
        row=view.number,
        lines=tuple(lines),
        folded=max(0, subject.objective.outputs - len(lines)) if element_formulas(loss.name, loss.numbers) else 0,
        arrays={
            "outputs": outputs[view.real].tolist(),
            "targets": target.tolist(),
            "losses": view.passed.losses.tolist(),
        },
    )


def _target_in_words(view: View) -> str:
    objective, target = view.subject.objective, as_array(view.passed.batch.targets[0, view.unit])
    if objective.task in ("binary", "multiclass", "ordinal"):
        number = int(target)
        label = view.subject.classes[number] if number < len(view.subject.classes) else number
        named = f"class {number}" if str(label) == str(number) else f"class {number} ({label})"
        return f"The target is {named}." if objective.task != "binary" else f"The target is {number}."
    if objective.task == "sequence":
        frames, length = int(target[0]), int(target[1])
        symbols = ", ".join(str(int(each)) for each in target[2 : 2 + length])
        return f"The target spells {symbols or 'nothing'} in {frames} frames."
    if objective.task == "triplets":
        return "Of a triplet the second row shall lie nearer to the first than the third."
    if objective.task in ("similarity", "ranking"):
        mark = "+1" if float(target) > 0 else "−1"
        meaning = {
            ("similarity", "+1"): "alike",
            ("similarity", "−1"): "not alike",
            ("ranking", "+1"): "the first row above the second",
            ("ranking", "−1"): "the first row below the second",
        }
        return f"The target is {mark}: {meaning[objective.task, mark]}."
    numbers = np.atleast_1d(target)
    told = ", ".join(written(float(each)) for each in numbers[:8])
    return f"The target is {told}{', …' if len(numbers) > 8 else ''}."


def _own_loss(view: View) -> Iterator[LineRecord]:
    loss = view.subject.objective.loss
    value, single = float(view.passed.losses[view.unit]), float(view.single.losses[view.unit])
    formulas = element_formulas(loss.name, loss.numbers)
    outputs = _outputs(view)
    symbol = "L" if view.is_alone else "L_r"
    if view.subject.rows_a_unit > 1 or len(outputs) > 1:
        yield from _output_lines(view)
    if formulas is None or view.subject.rows_a_unit > 1:
        told = row_value(view, outputs)
        notes = [] if told.note is None else [told.note]
        yield line(symbol, told.formula, told.numbers, value, single, notes=notes)
        return
    wanted = targets_of(view)
    names = _names(view, len(outputs))
    joined = joined_loss(view) if view.exact is not None and view.exact.joined else None
    if joined is not None:
        yield line(symbol, *joined, value, single)
        return
    if len(outputs) == 1:
        values = _numbers(view, 0)
        formulas = element_formulas(loss.name, loss.numbers, float(wanted[0])) or formulas
        formula = put_in(formulas.value, {"z": output_name(view, 0), "y": names[0]})
        numbers = put_in(formulas.value, {"z": float(outputs[0]), "y": float(wanted[0]), **values})
        yield line(symbol, formula, numbers, value, single)
        return
    each = element_losses(view)
    shown = most(np.abs(each))
    for j in shown:
        own = element_formulas(loss.name, loss.numbers, float(wanted[j])) or formulas
        formula = put_in(own.value, {"z": output_name(view, j), "y": names[j]})
        numbers = put_in(own.value, {"z": float(outputs[j]), "y": float(wanted[j]), **_numbers(view, j)})
        yield line(indexed("ℓ", j), formula, numbers, float(each[j]))
    terms = " + ".join(factor(float(each[j])) for j in shown)
    rest = len(each) - len(shown)
    if rest:
        terms += f" + … {rest} more = {written(float(np.delete(each, shown).sum()))}"
    yield line(symbol, f"Σ_j ℓ_j / {len(each)}", f"({terms}) / {len(each)}", value, single)


def _output_lines(view: View) -> Iterator[LineRecord]:
    """The outputs that the loss reads, where they are not those of one row."""
    if view.subject.rows_a_unit == 1 or view.subject.rows_a_unit > 3:
        return
    outputs, single = as_array(view.passed.outputs), as_array(view.single.outputs)
    for part, row in enumerate(view.rows):
        for j in most(np.abs(outputs[row])):
            yield line(output_name(view, j, part), "", "", outputs[row, j], single[row, j])


def _outputs(view: View) -> Floats:
    """Outputs of the followed row ``[o]``, or of the unit's rows ``[k·o]``."""
    return np.concatenate([as_array(view.passed.outputs[row]) for row in view.rows])


def targets_of(view: View) -> Floats:
    """Targets of the followed unit as the loss reads them, output by output."""
    loss = view.subject.objective.loss
    formulas = element_formulas(loss.name, loss.numbers)
    wanted = np.atleast_1d(as_array(view.passed.batch.targets[0, view.unit])).astype(np.float64)
    smoothing = loss.numbers.get("label_smoothing")
    if formulas is not None and formulas.signs:
        return 2.0 * wanted - 1.0
    if formulas is not None and isinstance(smoothing, float) and smoothing:
        return wanted * (1.0 - smoothing) + 0.5 * smoothing
    return wanted


def _names(view: View, count: int) -> list[str]:
    return ["y"] if count == 1 else [indexed("y", j) for j in range(count)]


def _numbers(view: View, place: int) -> dict[str, float]:
    """The loss's own numbers, those of single outputs at a place."""
    found: dict[str, float] = {}
    for name, value in view.subject.objective.loss.numbers.items():
        if isinstance(value, tuple) and name == "pos_weight":
            found["p"] = float(value[place if len(value) > 1 else 0])
        elif isinstance(value, float | int) and not isinstance(value, bool):
            found[name] = float(value)
    return found


def element_losses(view: View) -> Floats:
    """Every output's own loss ``[o]``, by the loss itself on one output at a time."""
    subject = view.subject
    outputs = view.passed.outputs[view.rows[0]]
    targets = view.passed.batch.targets[0, view.unit]
    entry = subject.objective.loss.entry
    numbers = dict(subject.loss_numbers)
    found = []
    for j in range(len(outputs)):
        own = dict(numbers)
        weights = own.get("pos_weight")
        if isinstance(weights, tuple) and len(weights) > 1:
            own["pos_weight"] = (weights[j],)
        target = targets.reshape(-1)[j].view(1, 1, 1)
        found.append(float(entry.value(outputs[j].view(1, 1, 1), target, own)))
    return np.array(found)


def _mean(view: View) -> LineRecord:
    count, weights = view.subject.units, as_array(view.passed.batch.weights[0, : view.subject.units])
    losses = view.passed.losses
    alike = bool(np.allclose(weights, weights[0]))
    shown = most(np.abs(losses))
    if alike:
        terms = [factor(float(losses[u])) for u in shown]
        rest = float(np.delete(losses, shown).sum())
    else:
        terms = [f"{written(float(weights[u]))}·{factor(float(losses[u]))}" for u in shown]
        rest = float(np.delete(losses * weights, shown).sum())
    if count > len(shown):
        terms.append(f"… {count - len(shown)} more = {written(rest)}")
    told = " + ".join(terms)
    numbers = f"({told}) / {count}" if alike else told
    formula = f"Σ_r L_r / {count}" if alike else "Σ_r share_r·L_r"
    return line("L", formula, numbers, view.passed.value, view.single.value)


def penalty_value(view: View) -> float:
    """What penalties add to the loss."""
    subject = view.subject
    added = view.passed.activity
    for penalty in subject.penalties:
        if penalty.entry.activity is None and penalty.entry.parts is not None:
            added += _penalty(view, penalty)
    return added


def _penalty(view: View, penalty: ChosenPenalty) -> float:
    made = StackPenalties([[penalty]], view.subject.network.parameters)
    return float(made.values(view.subject.parameters)[0])


def _penalties(view: View) -> list[LineRecord]:
    found = []
    for penalty in view.subject.penalties:
        if penalty.entry.activity is not None:
            found.append(line(f"R_{penalty.name}", penalty.entry.formula, "", view.passed.activity))
        elif penalty.entry.parts is not None:
            found.append(line(f"R_{penalty.name}", penalty.entry.formula, "", _penalty(view, penalty)))
    if found:
        added = [each.value for each in found]
        numbers = " + ".join(factor(each) for each in [view.passed.value, *added])
        symbols = " + ".join(["L", *(each.symbol for each in found)])
        found.append(line("J", symbols, numbers, view.passed.value + sum(added)))
    return found


def loss_slope_lines(view: View) -> Iterator[LineRecord]:
    """Gradient of the followed unit's loss by each output that is told."""
    subject, loss, link = view.subject, view.subject.objective.loss, view.links[-1]
    own, single = as_array(view.passed.output_gradient), as_array(view.single.output_gradient)
    formulas = element_formulas(loss.name, loss.numbers)
    outputs, wanted = _outputs(view), None if formulas is None else targets_of(view)
    width = subject.objective.outputs
    names = _names(view, width)
    for part, row in enumerate(view.rows):
        values, others = own[row] / view.share, single[row] / view.share
        places = view.shown(link) if part == 0 and subject.rows_a_unit == 1 else most(np.abs(values))
        if part >= 3:
            return
        for j in places:
            symbol = slope(output_name(view, j, part))
            if formulas is None or wanted is None:
                words = row_slopes(view, outputs, j)
                yield line(symbol, words.formula, words.numbers, values[j], others[j])
                continue
            told = element_formulas(loss.name, loss.numbers, float(wanted[j])) or formulas
            formula = put_in(told.slope, {"z": output_name(view, j), "y": names[j]})
            put = {"z": float(outputs[j]), "y": float(wanted[j]), **_numbers(view, j)}
            numbers = put_in(told.slope, put)
            if width > 1:
                formula, numbers = f"({formula}) / {width}", f"({numbers}) / {width}"
            yield line(symbol, formula, numbers, values[j], others[j])
