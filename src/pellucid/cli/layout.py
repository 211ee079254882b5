"""Text on a terminal: width, colour, wrapping."""

import os
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from pellucid.printable import grouped, printable

__all__ = ["Ink", "cells", "ink_for", "joined", "padded", "screen_width", "shortened", "wrapped"]

NARROWEST, NORMAL, WIDEST = 40, 80, 120


def screen_width() -> int:
    """Columns to write for: the terminal's, 80 where there is none; beyond 120 lines are hard to read."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((NORMAL, 24)).columns))


@dataclass(frozen=True)
class Ink:
    """Colour that underlines what the words already say; off, every text comes back as it went in."""

    on: bool = False

    def _dye(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text

    def strong(self, text: str) -> str:
        """The number that was asked for."""
        return self._dye("1", text)

    def quiet(self, text: str) -> str:
        """Labels."""
        return self._dye("2", text)

    def good(self, text: str) -> str:
        """Better than a baseline."""
        return self._dye("32", text)

    def bad(self, text: str) -> str:
        """Worse than a baseline, an error."""
        return self._dye("31", text)

    def wary(self, text: str) -> str:
        """A warning."""
        return self._dye("33", text)


def ink_for(stream: TextIO = sys.stdout) -> Ink:
    """Colour on a terminal that can show it, unless NO_COLOR is set (no-color.org)."""
    return Ink(stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")


def cells(text: str) -> int:
    """Terminal cells that a text takes: two for wide characters, none for combining ones."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text filled with blanks to ``width`` cells."""
    blanks = " " * max(0, width - cells(text))
    return blanks + text if right else text + blanks


def shortened(text: str, width: int) -> str:
    """The text in at most ``width`` cells, its middle cut out: what tells names apart stands at either end."""
    if cells(text) <= width:
        return text
    head, tail = text, ""
    while cells(head) > width // 2:
        head = head[:-1]
    for letter in reversed(text):
        if cells(head) + 1 + cells(letter + tail) > width:
            break
        tail = letter + tail
    return f"{head}…{tail}"


def joined(names: Sequence[str]) -> list[str]:
    """Names ready to stand in a row: a comma after each if any of them has a blank inside."""
    shown = [printable(name) for name in names]
    if any(" " in name for name in shown):
        return [name + "," for name in shown[:-1]] + shown[-1:]
    return shown


def wrapped(words: Sequence[str], width: int, *, first: str = "", rest: str = "", most: int | None = None) -> list[str]:
    """Words set into lines of at most ``width`` cells; a word is never broken.

    Args:
        words: What may not be separated inside.
        width: Cells per line.
        first: Start of the first line.
        rest: Start of every further line.
        most: Lines to give at most; the last one then ends with how many words are missing.
    """
    lines, line, empty = [], first, True
    for position, word in enumerate(words):
        if not empty and cells(line) + 1 + cells(word) > width:
            lines.append(line)
            line, empty = rest, True
            if most is not None and len(lines) == most:
                return [*lines, f"{rest}… and {grouped(len(words) - position)} more"]
        line, empty = (line + word if empty else f"{line} {word}"), False
    return [*lines, line]
