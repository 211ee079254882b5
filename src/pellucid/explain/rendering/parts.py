"""What every rendering of a pass says, in words and formulas; how it looks is the other files' matter."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from pellucid.explain.notation import kind_of, mentions, to_words
from pellucid.explain.numbers import written
from pellucid.records.passes import CheckRecord, LineRecord, PassRecord, RemarkRecord, StageRecord

__all__ = [
    "Equation",
    "Passage",
    "Title",
    "briefly",
    "check_sentence",
    "columns_of",
    "equation",
    "folded_words",
    "headline",
    "passages",
    "remark_words",
    "title_of",
    "weights_alike",
]


class Passage(NamedTuple):
    """Stages of one phase that follow one another.

    Attributes:
        heading: ``forward``; with the number of the pass where there are several.
        stages: The stages.
    """

    heading: str
    stages: tuple[StageRecord, ...]


class Equation(NamedTuple):
    """A quantity in linear notation.

    Attributes:
        symbol: On the left.
        sign: ``=``, or ``←`` where the quantity is changed.
        sides: What it equals: the formula, the same with numbers, the value; what says nothing new is left out.
        slope: The local derivative, the same way; empty where there is none.
        remark: What stands beside it; may be empty.
    """

    symbol: str
    sign: str
    sides: tuple[str, ...]
    slope: tuple[str, ...]
    remark: str


class Title(NamedTuple):
    """What stands above a stage.

    Attributes:
        words: In words.
        symbol: The weight that it is about, in linear notation; empty for none.
    """

    words: str
    symbol: str


def headline(record: PassRecord) -> str:
    """What was computed: network, loss, optimizer, and what the loss came to."""
    rows = "" if record.rows == 1 else f" (mean over {record.rows} rows)"
    return f"{record.network} · {record.loss} · {record.optimizer} · loss {to_words(written(record.value))}{rows}"


def title_of(stage: StageRecord) -> Title:
    """A stage's title, taken apart: ``adam, step 1: w_12``."""
    words, colon, symbol = stage.title.rpartition(": ")
    return Title(f"{words}: ", symbol) if colon else Title(stage.title, "")


def passages(record: PassRecord) -> list[Passage]:
    """The stages by phase, in the order in which they happen."""
    runs = [(phase, tuple(stages)) for phase, stages in groupby(record.stages, lambda stage: stage.phase)]
    several = sum(phase == runs[0][0] for phase, _ in runs) > 1 if runs else False
    found, step = [], 0
    for phase, stages in runs:
        step += phase == runs[0][0]
        found.append(Passage(f"{phase}, step {step}" if several else phase, stages))
    return found


def equation(line: LineRecord, stage: StageRecord) -> Equation:
    """A line of a stage as an equation."""
    value = written(line.value)
    sides = [line.formula, line.numbers, value]
    kept = [side for place, side in enumerate(sides) if side and side not in (line.symbol, *sides[place + 1 :])]
    slope = [side for side in (line.derivative, "" if line.slope is None else written(line.slope)) if side]
    single = [] if line.single is None else [f"in float32 {written(line.single)}"]
    return Equation(
        line.symbol,
        "←" if mentions(line.formula, line.symbol) or line.symbol == title_of(stage).symbol else "=",
        tuple(kept),
        tuple(dict.fromkeys(slope)),
        to_words("; ".join([*single, *([line.note] if line.note else [])])),
    )


def briefly(stage: StageRecord, most: int) -> StageRecord:
    """A wide layer with only the first so many quantities of every kind; others as they are."""
    if not stage.folded or stage.phase == "update":
        return stage
    told: dict[str, int] = {}
    lines = []
    for line in stage.lines:
        kind = kind_of(line.symbol)
        told[kind] = told.get(kind, 0) + 1
        if told[kind] <= most:
            lines.append(line)
    left_out = len(stage.lines) - len(lines)
    return msgspec.structs.replace(stage, lines=tuple(lines), folded=stage.folded + left_out)


def folded_words(stage: StageRecord) -> str:
    """How many quantities a stage leaves out of its lines; empty for none."""
    if not stage.folded:
        return ""
    if stage.phase == "update":
        return f"{stage.folded} further {'weight is' if stage.folded == 1 else 'weights are'} not shown one by one."
    return f"… and {stage.folded} more"


def remark_words(remark: RemarkRecord) -> str:
    """A remark with the rule that knows it."""
    sentence = to_words(remark.sentence)
    return f"{sentence} [{remark.rule}]" if remark.rule else sentence


def check_sentence(check: CheckRecord) -> str:
    """What was compared, and how far apart it was."""
    where = f" (at {check.place})" if check.place and check.largest else ""
    return (
        f"Matches {check.against}: largest difference {to_words(written(check.largest, 2))} over {check.compared} "
        f"{'number' if check.compared == 1 else 'numbers'}{where}."
    )


def weights_alike(stages: Sequence[StageRecord]) -> list[list[StageRecord]]:
    """Stages in order; weights of an update that follow one another and move by the same formulas stand together."""
    found: list[list[StageRecord]] = []
    for stage in stages:
        symbol = stage.title.rpartition(": ")[2]
        single = stage.phase == "update" and any(line.symbol == symbol for line in stage.lines)
        if single and found and columns_of(found[-1][0]) == columns_of(stage):
            found[-1].append(stage)
        else:
            found.append([stage])
    return found


def columns_of(stage: StageRecord) -> tuple[str, ...]:
    """What the lines of a weight's update are called whichever weight it is: ``g``, ``m``, ``Δ``, ``new``."""
    symbol = stage.title.rpartition(": ")[2]
    names = {symbol: "new", f"Δ{symbol}": "Δ"}
    return tuple(names.get(line.symbol, line.symbol) for line in stage.lines)
