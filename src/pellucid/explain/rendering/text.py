"""A pass for a terminal."""

import unicodedata
from collections.abc import Sequence
from typing import Protocol

from pellucid.explain.notation import to_text
from pellucid.explain.numbers import written
from pellucid.explain.rendering.parts import (
    briefly,
    check_sentence,
    columns_of,
    equation,
    folded_words,
    headline,
    passages,
    remark_words,
    title_of,
    weights_alike,
)
from pellucid.printable import printable
from pellucid.records.passes import LineRecord, PassRecord, StageRecord

__all__ = ["Ink", "as_text"]

_INDENT = "  "


class Ink(Protocol):
    """Colour that underlines what the words already say."""

    def strong(self, text: str) -> str: ...  # noqa: D102
    def quiet(self, text: str) -> str: ...  # noqa: D102
    def wary(self, text: str) -> str: ...  # noqa: D102


class _Plain:
    """No colour."""

    def strong(self, text: str) -> str:
        return text

    quiet = wary = strong


def as_text(record: PassRecord, *, width: int = 80, ink: Ink | None = None, most: int | None = None) -> str:
    """The pass as lines of at most ``width`` cells, where a formula allows it.

    Args:
        record: The pass.
        width: Cells per line.
        ink: Colours; None for none.
        most: Quantities of one kind to tell of a layer that is too wide to be told whole; None: all that the pass has.
    """
    pen = ink or _Plain()
    lines = _wrapped(_shown(headline(record)), width)
    for passage in passages(record):
        lines += ["", pen.strong(passage.heading)]
        for alike in weights_alike(passage.stages):
            lines += _stage(alike[0] if most is None else briefly(alike[0], most), width, pen)
            lines += _others(alike[1:], width, pen)
    if record.remarks:
        lines += ["", pen.strong("what stands out")]
        for remark in record.remarks:
            lines += [pen.wary(line) for line in _wrapped(_shown(remark_words(remark)), width, _INDENT, _INDENT * 2)]
    lines += [""]
    for check in record.checks:
        lines += _wrapped(_shown(check_sentence(check)), width)
    return "\n".join(lines)


def _stage(stage: StageRecord, width: int, pen: Ink) -> list[str]:
    title = title_of(stage)
    above = _shown(f"{title.words}{to_text(title.symbol)}")
    lines = [pen.quiet(line) for line in _wrapped(above, width, _INDENT, _INDENT * 2)]
    if stage.sentence:
        lines += [pen.quiet(line) for line in _wrapped(_shown(stage.sentence), width, _INDENT * 2, _INDENT * 2)]
    for line in stage.lines:
        lines += _line(line, stage, width, pen)
    if stage.folded and stage.lines:
        lines += [pen.quiet(line) for line in _wrapped(folded_words(stage), width, _INDENT * 2, _INDENT * 2)]
    return lines


def _others(stages: Sequence[StageRecord], width: int, pen: Ink) -> list[str]:
    """Weights that move by the formulas of the one before them, a row of numbers each."""
    if not stages:
        return []
    heads = ["", *(to_text(name) for name in columns_of(stages[0]))]
    for digits in (4, 3):
        rows = [heads, *(_numbers(stage, digits) for stage in stages)]
        widths = [max(map(_cells, column)) for column in zip(*rows, strict=True)]
        if sum(widths) + 2 * len(widths) + 2 <= width:
            lines = [
                "  ".join([f"{_INDENT * 2}{_filled(row[0], widths[0], left=True)}", *map(_filled, row[1:], widths[1:])])
                for row in rows
            ]
            break
    else:
        # A narrow terminal has a heap of numbers, each with its name.
        start = " " * (4 + widths[0])
        lines = []
        for row in rows[1:]:
            told = [f"{name}\N{NO-BREAK SPACE}{cell}" for name, cell in zip(heads[1:], row[1:], strict=True)]
            lines += _wrapped(" ".join(told), width, f"    {_filled(row[0], widths[0], left=True)} ", f"{start} ")
        lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]
    return [pen.quiet(_INDENT * 2 + "the others by the same formulas"), *lines]


def _numbers(stage: StageRecord, digits: int) -> list[str]:
    symbol = stage.title.rpartition(": ")[2]
    return [to_text(symbol), *(to_text(written(line.value, digits)) for line in stage.lines)]


def _filled(text: str, width: int, *, left: bool = False) -> str:
    blanks = " " * (width - _cells(text))
    return text + blanks if left else blanks + text


def _line(line: LineRecord, stage: StageRecord, width: int, pen: Ink) -> list[str]:
    told = equation(line, stage)
    start = f"{_INDENT * 2}{_shown(to_text(told.symbol))} {told.sign} "
    sides = [_shown(to_text(side)) for side in told.sides]
    slope = ""
    if told.slope:
        slope = "slope " + " = ".join(_shown(to_text(side)) for side in told.slope)
    beside = _shown("; ".join(part for part in (slope, told.remark) if part))
    whole = start + " = ".join(sides)
    if _cells(whole) <= width:
        lines = [start + " = ".join([*sides[:-1], pen.strong(sides[-1])])]
    else:
        rest = " " * (_cells(start) - 2) + "= "
        broken: list[str] = []
        for place, side in enumerate(sides):
            before = start if not place else rest
            broken += _wrapped(side, width, before, " " * _cells(start))
        lines = [*broken[:-1], broken[-1].replace(sides[-1], pen.strong(sides[-1]))]
        whole = broken[-1]
    if not beside:
        return lines
    if _cells(whole) + 3 + _cells(beside) <= width:
        return [*lines[:-1], f"{lines[-1]}   {pen.quiet(beside)}"]
    inner = " " * min(_cells(start), 12)
    return [*lines, *(pen.quiet(each) for each in _wrapped(beside, width, inner, inner))]


def _shown(text: str) -> str:
    """Without anything that could steer the terminal; combining marks that formulas need stay."""
    return printable(text)


def _cells(text: str) -> int:
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _wrapped(text: str, width: int, first: str = "", rest: str = "", most: int | None = None) -> list[str]:
    """Broken at blanks; after ``most`` lines the rest is left out."""
    lines, line, empty = [], first, True
    for word in text.split(" "):
        if not empty and _cells(line) + 1 + _cells(word) > width:
            lines.append(line)
            if most is not None and len(lines) == most:
                return [*lines, f"{rest}…"]
            line, empty = rest, True
        line, empty = (line + word if empty else f"{line} {word}"), False
    return [*lines, line]
