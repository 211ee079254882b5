"""Notebooks: one source whose lines are told by cell, what is no Python skipped where it stands."""

import json
from pathlib import Path

import pytest

from pellucid.doctor.source import read_file
from pellucid.doctor.source.notebooks import read_cells


def notebook(path: Path, *cells: str | list[str]) -> Path:
    """A notebook of these code cells, with a text cell before each."""
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
    for cell in cells:
        document["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "# text"})  # type: ignore[attr-defined]
        document["cells"].append({"cell_type": "code", "metadata": {}, "outputs": [], "source": cell})  # type: ignore[attr-defined]
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_cells_share_their_names_and_lines_are_told_by_cell(tmp_path: Path) -> None:
    path = notebook(tmp_path / "a.ipynb", "import torch.nn as nn\n", ["x = 1\n", "layer = nn.Linear(x, 2)"])
    source = read_file(path)
    (call,) = source.calls("torch.nn.Linear")
    assert source.number(call.args[0]) == 1
    assert source.cell_of(call.place.line) == (2, 2)
    assert call.place.line == 3


@pytest.mark.parametrize(
    ("cell", "skipped"),
    [
        ("%matplotlib inline\nx = 1", ["%matplotlib inline"]),
        ("!pip install torch\nx = 1", ["!pip install torch"]),
        ("if a:\n    !ls\nx = 1", ["!ls"]),
        ("files = !ls\nx = 1", ["files = !ls"]),
        ("torch.add?\nx = 1", ["torch.add?"]),
        ("%%time\nx = 1", ["%%time"]),
        ("%%bash\nls -l\necho x", ["%%bash"]),
        ("y = (5\n% 3)\nx = 1", []),
        ('s = """\n%d\n!no\n"""\nx = 1', []),
        ("y = a \\\n% 3\nx = 1", []),
        ("x = 1\nx % 2 == 0", []),
    ],
)
def test_what_is_no_python_is_skipped_and_told(cell: str, skipped: list[str], tmp_path: Path) -> None:
    read = read_cells(notebook(tmp_path / "a.ipynb", cell))
    assert [text for _, text in read.skipped] == skipped
    assert read.broken == ()
    assert read.text.count("\n") == len(cell.splitlines())


def test_a_cell_that_is_broken_leaves_the_others(tmp_path: Path) -> None:
    read = read_cells(notebook(tmp_path / "a.ipynb", "x = (", "y = 2"))
    assert read.broken == (1,)
    assert read.texts[0] == "x = (\n"
    assert read.text == "\ny = 2\n"


@pytest.mark.parametrize("content", ["{}", "[1]", "no json", '{"cells": [{"cell_type": "code"}]}'])
def test_what_is_no_notebook_is_told_in_a_sentence(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="is no notebook"):
        read_cells(path)
