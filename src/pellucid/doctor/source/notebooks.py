"""Notebooks: the code cells of an .ipynb file as one text.

The cells share their names, so they are read as one file: all code cells one behind the other, with lines counted on.
What Python would not understand (``%matplotlib inline``, ``!pip install``) is commented out where it stands, so that
no line moves. ``Source.cells`` says which line belongs to which cell; cells are counted as they stand in the notebook,
code cells only.
"""

import ast
import io
import json
import re
import tokenize
import warnings
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cell", "Notebook", "read_cells"]

# Magics around a cell that is Python all the same; behind other cell magics (%%bash, %%html…) stand other languages.
_AROUND_PYTHON = re.compile(r"%%(time|timeit|capture|prun|memit|mprun)\b")
_MAGIC = re.compile(r"^(\s*)(%|!|\?).*|^(\s*)[\w.]+\?{1,2}\s*$|^(\s*)[\w, ]+=\s*[%!].*")


@dataclass(frozen=True)
class Cell:
    """A code cell's place in the text of the whole notebook.

    Attributes:
        number: Of the cell among the code cells, counted from 1.
        first: Its first line in the whole text, counted from 1.
        last: Its last line; ``first - 1`` for an empty cell.
    """

    number: int
    first: int
    last: int


@dataclass(frozen=True)
class Notebook:
    """The code cells of a notebook.

    Attributes:
        text: All cells, one behind the other.
        texts: Every cell's own text, what is no Python commented out.
        cells: Where each of them stands.
        skipped: Lines that are no Python, as (line of the text, what stood there).
        broken: Numbers of cells that are no Python as a whole; their lines are blank in the text.
    """

    text: str
    texts: tuple[str, ...]
    cells: tuple[Cell, ...]
    skipped: tuple[tuple[int, str], ...] = ()
    broken: tuple[int, ...] = ()


def read_cells(path: Path) -> Notebook:
    """The code cells of an .ipynb file.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If it is no notebook.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        cells = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
        texts = ["".join(cell["source"]) for cell in cells]  # a list of lines, or one text
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no notebook: it has no readable cells. Save it again from Jupyter.") from error
    lines: list[str] = []
    own: list[str] = []
    placed: list[Cell] = []
    skipped: list[tuple[int, str]] = []
    broken: list[int] = []
    for number, text in enumerate(texts, start=1):
        first = len(lines) + 1
        shown = _python_lines(text.splitlines())
        skipped += [(first + offset, told) for offset, (_, told) in enumerate(shown) if told]
        lines += [line for line, _ in shown]
        placed.append(Cell(number, first, len(lines)))
        own.append("".join(line + "\n" for line, _ in shown))
        if not _is_python(own[-1]):  # the other cells can be read all the same
            broken.append(number)
            lines[first - 1 :] = [""] * len(shown)
    whole = "".join(line + "\n" for line in lines)
    return Notebook(whole, tuple(own), tuple(placed), tuple(skipped), tuple(broken))


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):  # "\\d" in a string is the person's own affair
            ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _python_lines(lines: list[str]) -> list[tuple[str, str]]:
    """Lines that Python understands, each with what stood there instead, if something did."""
    start = next((position for position, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[start].startswith("%%") and not _AROUND_PYTHON.match(lines[start]):
        return [(f"# {line}", line if position == start else "") for position, line in enumerate(lines)]
    shown: list[tuple[str, str]] = []
    open_text = ""  # the lines of a statement that is not complete yet: a % there is arithmetic
    for line in lines:
        magic = _MAGIC.match(line) if not _is_open(open_text) else None
        if magic is None:
            shown.append((line, ""))
            open_text = f"{open_text}{line}\n" if _is_open(open_text + line + "\n") else ""
        else:
            indentation = line[: len(line) - len(line.lstrip())]
            shown.append((f"{indentation}pass  # {line.strip()}", line.strip()))
    return shown


def _is_open(text: str) -> bool:
    """Whether a text ends inside brackets, a string of several lines, or behind a backslash."""
    if not text.strip():
        return False
    if text.endswith("\\\n"):
        return True
    try:
        list(tokenize.generate_tokens(io.StringIO(text.lstrip()).readline))
    except tokenize.TokenError:
        return True
    except (SyntaxError, IndentationError):
        return False
    return False
