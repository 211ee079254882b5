"""Source: one file, parsed, with the questions that rules ask of it."""

import ast
import tokenize
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.doctor.source import changes, literals, loops, modes, modules, values
from pellucid.doctor.source.bindings import Bindings, bindings_of
from pellucid.doctor.source.calls import SourceCall, Use, matches
from pellucid.doctor.source.comments import comments_of
from pellucid.doctor.source.names import canonical, imported_names
from pellucid.doctor.source.notebooks import Cell, read_cells
from pellucid.doctor.source.tree import Parents, function_name, parents_of, statement_of
from pellucid.records import Edit

if TYPE_CHECKING:
    from pellucid.doctor.facts.places import Place

__all__ = ["Source", "read_file", "read_source"]


@dataclass(frozen=True, eq=False)
class Source:
    """A Python file, or the code cells of a notebook as one text.

    Every answer is read off the text; nothing is run. What cannot be told for certain is None or missing.

    Attributes:
        file: Its path, as places and edits have it.
        text: All of it.
        tree: The same, parsed.
        lines: Its lines, without line ends.
        cells: Where the cells of a notebook stand in the text; empty for a Python file.
    """

    file: str
    text: str
    tree: ast.Module
    lines: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()

    # The tree

    @cached_property
    def parents(self) -> Parents:
        """The node above every node."""
        return parents_of(self.tree)

    @cached_property
    def bindings(self) -> Bindings:
        """What every name is bound to, by scope and name."""
        return bindings_of(self.tree, self.parents)

    @cached_property
    def comments(self) -> dict[int, str]:
        """Line → comment, ``#`` included."""
        return comments_of(self.text)

    def place(self, node: ast.AST) -> "Place":
        """Where a node begins."""
        from pellucid.doctor.facts.places import Place  # loads torch, which reading a file does not need

        return Place(self.file, getattr(node, "lineno", 1), function_name(node, self.parents))

    def cell_of(self, line: int) -> tuple[int | None, int]:
        """The notebook's cell that a line belongs to, and the line within it; None and the line itself for a file."""
        for cell in self.cells:
            if cell.first <= line <= cell.last:
                return cell.number, line - cell.first + 1
        return None, line

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that a node is part of."""
        return statement_of(node, self.parents)

    def statement_at(self, line: int) -> ast.stmt | None:
        """The innermost statement that a line is part of; None for blank lines and comments."""
        around = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
        ]
        return min(around, key=lambda node: ((node.end_lineno or 0) - node.lineno, -node.lineno), default=None)

    def segment(self, node: ast.AST) -> str:
        """The text of a node, as it stands in the file."""
        return ast.get_source_segment(self.text, node) or ""

    # Names and calls

    @cached_property
    def imports(self) -> dict[str, str]:
        """Name in the file → what it stands for, such as ``F`` → ``torch.nn.functional``."""
        return imported_names(self.tree)

    def name_of(self, node: ast.expr) -> str | None:
        """Full name of something imported, such as ``torch.nn.Linear``; None for everything else."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self.name_of(node.value)
            return canonical(f"{base}.{node.attr}") if base else None
        return None

    @cached_property
    def all_calls(self) -> tuple[SourceCall, ...]:
        """Every call, in the order of the text."""
        nodes = (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))
        return tuple(self._read(node) for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)))

    @cached_property
    def _by_node(self) -> dict[ast.Call, SourceCall]:
        return {call.node: call for call in self.all_calls}

    @cached_property
    def _by_name(self) -> dict[str, list[SourceCall]]:
        named: dict[str, list[SourceCall]] = {}
        for call in self.all_calls:
            named.setdefault(call.name, []).append(call)
        return named

    @cached_property
    def known_values(self) -> values.Known:
        """What expressions hold, as far as it was asked before."""
        return {}

    def _read(self, node: ast.Call) -> SourceCall:
        name = self.name_of(node.func)
        if name is None and isinstance(node.func, ast.Name):
            name = node.func.id
        elif name is None:
            name = f".{node.func.attr}" if isinstance(node.func, ast.Attribute) else ""
        plain = tuple(each for each in node.args if not isinstance(each, ast.Starred))
        keywords = {each.arg: each.value for each in node.keywords if each.arg is not None}
        is_open = len(plain) < len(node.args) or len(keywords) < len(node.keywords)
        return SourceCall(node, name, plain, keywords, self.place(node), is_open)

    def call(self, node: ast.Call) -> SourceCall:
        """A call, read."""
        return self._by_node[node]

    def calls(self, *names: str) -> list[SourceCall]:
        """Calls of these names, in the order of the text.

        Args:
            names: ``torch.nn.Linear`` for something imported, ``train`` for something of this file, ``.backward`` for
                a method of any object, ``torch.optim.*`` for everything below.
        """
        if any(name.endswith(".*") for name in names):
            return [call for call in self.all_calls if matches(call.name, names)]
        found = [call for name in set(names) for call in self._by_name.get(name, ())]
        return sorted(found, key=lambda call: (call.node.lineno, call.node.col_offset)) if len(names) > 1 else found

    def uses(self, *names: str) -> list[Use]:
        """Calls of these functions, and of objects made by these classes: ``criterion(outputs, labels)``."""
        found = (self.use(call) for call in self.all_calls)
        return [use for use in found if matches(use.name, names)]

    def use(self, call: SourceCall) -> Use:
        """What a call calls: an imported function, or an object with the call that made it.

        The name of ``self.out(x)`` is ``torch.nn.Linear`` where ``self.out`` holds one, that of ``model(x)`` is
        ``Net``, the class of this file. The making of an object is no use of it and has no name here.
        """
        last = call.name.rpartition(".")[2]
        if call.name and not call.name.startswith(".") and "." in call.name:
            # A class is called to make an object, not to use one; the field writes classes with a capital.
            return Use(call, "" if last[:1].isupper() else call.name)
        if call.name in self.module_classes:
            return Use(call, "")
        made = self.construction(call.node.func)
        if made is not None and made is not call:
            return Use(call, made.name, made)
        return Use(call, call.name)

    # Values

    def value_of(self, node: ast.expr, *, through: frozenset[str] = frozenset()) -> ast.expr | None:
        """The expression that made what ``node`` holds, followed back through names, ``self`` and parameters.

        Args:
            node: Any expression; all but names and attributes of ``self`` are their own value.
            through: Calls to look through, such as ``{".squeeze", ".view"}``.

        Returns:
            The expression; None if it cannot be told for certain.
        """
        return values.value_of(self, node, through=through)

    def construction(self, node: ast.expr) -> SourceCall | None:
        """The call that made the object which ``node`` holds, looking through ``.to(device)`` and its like."""
        value = self.value_of(node, through=values.SAME_OBJECT)
        return self.call(value) if isinstance(value, ast.Call) else None

    def attributes_of(self, node: ast.ClassDef) -> list[tuple[str, ast.expr]]:
        """What methods of a class bind to attributes of ``self``, as (attribute, value), in the order of the text."""
        if node not in self._attributes:
            self._attributes[node] = values.attributes_of(self, node)
        return self._attributes[node]

    @cached_property
    def _attributes(self) -> dict[ast.ClassDef, list[tuple[str, ast.expr]]]:
        return {}

    def number(self, node: ast.expr | None) -> float | int | None:
        """The number that an expression is: ``1e-3``, ``-0.5``, ``2 * 64`` or a name that holds one; None otherwise."""
        return literals.number(self, node)

    def literal(self, node: ast.expr | None) -> Any:
        """The plain value that an expression is (text, number, bool, tuple, list…); ``literals.UNKNOWN`` otherwise."""
        return literals.literal(self, node)

    # What a training program is made of

    @cached_property
    def module_classes(self) -> dict[str, modules.ModuleClass]:
        """Classes of this file that derive from ``nn.Module``, by name."""
        return modules.module_classes(self)

    def layers_of(self, sequential: SourceCall) -> list[SourceCall | None]:
        """Layers of an ``nn.Sequential``, nested ones laid out; None where a layer cannot be read."""
        return modules.layers_of(self, sequential)

    def last_step(self, node: ast.expr) -> Use | None:
        """The last thing that was done to get what ``node`` holds, inside models of this file too.

        ``outputs`` with ``outputs = model(x)`` gives the softmax that the model's ``forward`` ends with.
        """
        return modules.last_step(self, node)

    @cached_property
    def training_loops(self) -> tuple[loops.TrainingLoop, ...]:
        """Innermost loops that work out gradients and step."""
        return loops.training_loops(self)

    @cached_property
    def evaluation_blocks(self) -> tuple[modes.EvaluationBlock, ...]:
        """Stretches without gradients, or behind ``eval()``."""
        return modes.evaluation_blocks(self)

    # Changes

    def replace(self, node: ast.AST, text: str) -> Edit:
        """The file with other text in place of an expression or statement."""
        return changes.rewrite(self, [(node, text)])

    def rewrite(self, pairs: list[tuple[ast.AST, str]]) -> Edit:
        """The file with several expressions of neighbouring lines changed at once."""
        return changes.rewrite(self, pairs)

    def delete(self, statement: ast.stmt) -> Edit:
        """The file without a statement; ``pass`` stands there if it was the only one of its block."""
        return changes.delete(self, statement)

    def insert_before(self, statement: ast.stmt, text: str) -> Edit:
        """The file with lines before a statement, indented as it is."""
        return changes.insert(self, statement, text, behind=False)

    def insert_after(self, statement: ast.stmt, text: str) -> Edit:
        """The file with lines behind a statement, indented as it is."""
        return changes.insert(self, statement, text, behind=True)


def read_source(file: str, text: str, cells: tuple[Cell, ...] = ()) -> Source:
    """A text, parsed.

    Raises:
        SyntaxError: If it is no Python.
    """
    # Lines as the parser counts them: str.splitlines would also break at form feeds.
    lines = tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    with warnings.catch_warnings(action="ignore"):  # "\\d" in a string is the person's own affair
        tree = ast.parse(text, filename=file)
    return Source(file, text, tree, lines, cells)


def read_file(path: Path, file: str | None = None) -> Source:
    """A Python file or a notebook, parsed.

    Args:
        path: Where it is.
        file: What places call it; the path as given otherwise.

    Raises:
        OSError: If it cannot be read.
        SyntaxError: If it is no Python; also where its encoding is unknown.
        ValueError: If it is no notebook, or its bytes are no text.
    """
    name = str(path) if file is None else file
    if path.suffix == ".ipynb":
        notebook = read_cells(path)
        return read_source(name, notebook.text, notebook.cells)
    with tokenize.open(path) as stream:  # minds the encoding that the file declares
        return read_source(name, stream.read())
