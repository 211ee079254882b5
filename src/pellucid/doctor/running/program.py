"""Program: a script or a notebook, compiled piece by piece, run in a module that stands for ``__main__``."""

import builtins
import importlib.machinery
import linecache
import os
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pellucid.doctor.source.notebooks import Cell, read_cells

__all__ = ["Program", "as_main", "execute", "read_program"]


@dataclass(frozen=True)
class Program:
    """What is to be run.

    Attributes:
        path: Its file, absolute, symbolic links kept, as Python has it in ``__file__`` and in tracebacks.
        given: The same as it was given, for ``sys.argv[0]``.
        texts: A script as a whole in bytes, or the cells of a notebook.
        text: All cells of a notebook as one text; empty for a script.
        cells: Where each cell stands in it.
        notes: What a notebook holds that is skipped, in sentences.
    """

    path: str
    given: str
    texts: tuple[bytes | str, ...]
    text: str = ""
    cells: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_notebook(self) -> bool:
        """Whether it is a notebook."""
        return self.path.endswith(".ipynb")


def read_program(given: str) -> Program:
    """A script or a notebook, read and not yet compiled.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it ends in .ipynb and is no notebook.
    """
    path = Path(given)
    absolute = str(Path.cwd() / path)
    if path.suffix != ".ipynb":
        return Program(os.path.normpath(absolute), given, (path.read_bytes(),))
    notebook = read_cells(path)
    notes: list[str] = []
    for line, told in notebook.skipped:
        cell = next(each for each in notebook.cells if each.first <= line <= each.last)
        notes.append(f"cell {cell.number}, line {line - cell.first + 1}: {told}")
    return Program(os.path.normpath(absolute), given, notebook.texts, notebook.text, notebook.cells, tuple(notes))


@contextmanager
def as_main(program: Program, arguments: Sequence[str]) -> Iterator[dict[str, object]]:
    """The namespace of a fresh ``__main__``, with ``sys.argv`` and ``sys.path[0]`` as Python sets them; put back after.

    A notebook runs in its own folder, without a window for its figures, and has a ``display`` that prints: that is what
    it would find in Jupyter.
    """
    module = types.ModuleType("__main__")
    names = vars(module)
    names |= {"__builtins__": builtins, "__annotations__": {}, "__doc__": None, "__package__": None, "__spec__": None}
    folder = os.path.dirname(os.path.realpath(program.path))  # noqa: PTH120  # as Python does it
    kept = (sys.modules["__main__"], sys.argv, list(sys.path), Path.cwd())
    if program.is_notebook:
        names["display"] = print
        os.environ.setdefault("MPLBACKEND", "agg")
        os.chdir(folder)
        lines = program.text.splitlines(keepends=True)
        # Tracebacks and inspect find the cells' lines here; no time of change says that there is no file to compare.
        linecache.cache[program.path] = (len(program.text), None, lines, program.path)
    else:
        loader = importlib.machinery.SourceFileLoader("__main__", program.path)
        names |= {"__file__": program.path, "__cached__": None, "__loader__": loader}
    sys.modules["__main__"] = module
    sys.argv = [program.given, *arguments]
    if not sys.flags.safe_path:
        sys.path[:1] = [folder]
    try:
        yield names
    finally:
        sys.modules["__main__"], sys.argv, sys.path[:] = kept[:3]
        if program.is_notebook:
            os.chdir(kept[3])


def execute(program: Program, names: dict[str, object]) -> None:
    """Run it; whatever it raises is raised."""
    for position, text in enumerate(program.texts):
        if program.cells and isinstance(text, str):
            # Blank lines before a cell make its lines count on from the cells before.
            text = "\n" * (program.cells[position].first - 1) + text
        exec(compile(text, program.path, "exec", dont_inherit=True), names)
