"""Changes of source: an expression replaced, a statement taken away, a line put in."""

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pellucid.doctor.source.tree import block_of
from pellucid.records import Edit

if TYPE_CHECKING:
    from pellucid.doctor.source.source import Source

__all__ = ["apply_edits", "delete", "insert", "rewrite"]


def _position(node: ast.AST) -> tuple[int, int, int, int]:
    """First line and byte, last line and byte; decorators belong to what they decorate."""
    first, start = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    for decorator in getattr(node, "decorator_list", []):
        if decorator.lineno < first:
            first, start = decorator.lineno, max(0, decorator.col_offset - 1)
    return first, start, getattr(node, "end_lineno", first), getattr(node, "end_col_offset", 0)


def rewrite(source: "Source", pairs: list[tuple[ast.AST, str]]) -> Edit:
    """The lines of all these nodes with other text in place of each; nodes must not overlap."""
    positions = sorted(((_position(node), text) for node, text in pairs), reverse=True)
    first = min(position[0] for position, _ in positions)
    last = max(position[2] for position, _ in positions)
    lines = [line.encode() for line in source.lines[first - 1 : last]]  # Python counts columns in bytes
    for (start_line, start, end_line, end), text in positions:
        before, behind = lines[start_line - first][:start], lines[end_line - first][end:]
        lines[start_line - first : end_line - first + 1] = [before + text.encode() + behind]
    return Edit(source.file, first, last, "".join(line.decode() + "\n" for line in lines))


def delete(source: "Source", statement: ast.stmt) -> Edit:
    """The file without a statement, ``pass`` in its place where something must stand."""
    first, start, last, end = _position(statement)
    before = source.lines[first - 1].encode()[:start].strip()
    behind = source.lines[last - 1].encode()[end:].strip()
    alone = not before and (not behind or behind.startswith(b"#"))
    if alone and len(block_of(statement, source.parents)) > 1:
        return Edit(source.file, first, last, "")
    return rewrite(source, [(statement, "pass")])


def insert(source: "Source", statement: ast.stmt, text: str, *, behind: bool) -> Edit:
    """The file with lines before or behind a statement, at its indentation.

    Args:
        source: The file.
        statement: The statement; where it shares its line, the line as a whole counts.
        text: One or several lines, indented among themselves only.
        behind: Whether behind the statement.
    """
    first, _, last, _ = _position(statement)
    line = source.lines[first - 1]
    indentation = line[: len(line) - len(line.lstrip())]
    new = "".join(f"{indentation}{each}\n" if each.strip() else "\n" for each in text.splitlines())
    before = last + 1 if behind else first
    return Edit(source.file, before, before - 1, new)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """A text with changes made, from the last to the first so that line numbers hold.

    A change that is given twice is made once.

    Raises:
        ValueError: If two changes want the same line.
    """
    unique = list(dict.fromkeys(edits))
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += "\n"
    reached = len(lines) + 2
    for edit in sorted(unique, key=lambda edit: (edit.first, edit.last), reverse=True):
        if edit.last >= reached:
            raise ValueError(f"Two changes want line {edit.last} of {edit.file}. Make one, and look again.")
        lines[edit.first - 1 : edit.last] = [edit.text]
        reached = edit.first
    return "".join(lines)
