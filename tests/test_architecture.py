"""The order of imports and what may not be imported at all, read from the source: function bodies included."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "pellucid"

# Lowest first. A room knows the lines above its own and no other room of its own line.
ORDER: tuple[tuple[str, ...], ...] = (
    ("errors", "printable", "shapes"),
    ("catalogue",),
    ("records",),
    ("heads",),
    ("tables",),
    ("encoding",),
    ("arithmetic",),
    ("activations",),
    ("networks", "objectives", "optimizers"),
    ("training",),
    ("models",),
    ("evaluation", "explain"),
    ("experiments",),
    ("doctor", "estimators"),
    ("figures",),
    ("reference", "report"),
    ("jobs",),
    ("cli", "playground"),
    ("__main__",),
)
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}

WITHOUT_TORCH = ("catalogue", "records", "heads", "tables", "encoding", "models/predictor.py")
# Reading any of these formats can run code that a stranger wrote.
CODE_LOADERS = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
CODE_LOADING_CALLS = {"torch.load", "torch.save", "pandas.read_pickle", "pd.read_pickle"}
LONGEST_FILE = 350


def files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room a file stands in; empty for the front door."""
    first = path.relative_to(SOURCE).parts[0]
    name = first.removesuffix(".py")
    return "" if name == "__init__" else name


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full module name of every import, wherever it stands, import_module("…") included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield node.lineno, base
            if base == "pellucid":  # `from pellucid import tables` names a room just as well
                for alias in node.names:
                    yield node.lineno, f"pellucid.{alias.name}"
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = ast.unparse(node.func)
            if called.endswith(("import_module", "__import__")) and isinstance(node.args[0].value, str):
                yield node.lineno, node.args[0].value


def order_violations(name: str, room: str, tree: ast.AST) -> list[str]:
    found = []
    for line, module in imports(tree):
        if module.startswith("."):
            found.append(f"{name}:{line} imports {module} relatively")
        if module == "pellucid" and room:
            found.append(f"{name}:{line} imports the package root")
        if not module.startswith("pellucid.") or not room:
            continue
        other = module.split(".")[1]
        if other == room:
            continue
        if other not in LEVEL:
            found.append(f"{name}:{line} imports {other}, which stands in no line of the order")
        elif LEVEL[other] >= LEVEL[room]:
            found.append(f"{name}:{line} ({room}) imports {other}, which does not stand below it")
    return found


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def test_every_room_has_its_place_in_the_order() -> None:
    unplaced = {room_of(path) for path in files()} - set(LEVEL) - {""}
    assert not unplaced


def test_imports_point_down() -> None:
    found = [
        violation
        for path in files()
        for violation in order_violations(str(path.relative_to(SOURCE)), room_of(path), parsed(path))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("room", "code"),
    [
        ("records", "import pellucid.tables"),
        ("records", "def f():\n    from pellucid.cli.main import main\n"),
        ("networks", "from pellucid.objectives import losses"),
        ("tables", "from pellucid import encoding"),
        ("tables", "import pellucid"),
        ("tables", "from . import reading"),
        ("tables", "import importlib\nimportlib.import_module('pellucid.training')"),
        ("tables", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pellucid.jobs import fit\n"),
        ("tables", "import pellucid.helpers"),
    ],
)
def test_an_import_that_points_up_is_seen(room: str, code: str) -> None:
    assert order_violations("specimen.py", room, ast.parse(code))


@pytest.mark.parametrize(
    ("room", "code"),
    [
        ("tables", "from pellucid.records import Finding\nfrom pellucid.tables.kinds import decide"),
        ("cli", "import pellucid.jobs.fit"),
        ("", "from pellucid.training import train"),
    ],
)
def test_an_import_that_points_down_is_let_pass(room: str, code: str) -> None:
    assert not order_violations("specimen.py", room, ast.parse(code))


def test_plain_data_rooms_do_not_name_torch() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{line} imports {module}"
        for path in files()
        if path.relative_to(SOURCE).as_posix().startswith(WITHOUT_TORCH)
        for line, module in imports(parsed(path))
        if module.split(".")[0] == "torch"
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("room", ["records", "tables", "encoding", "models.predictor"])
def test_importing_a_plain_data_room_loads_no_torch(room: str) -> None:
    if not (SOURCE / room.replace(".", "/")).exists() and not (SOURCE / f"{room.replace('.', '/')}.py").exists():
        pytest.skip(f"pellucid.{room} does not exist yet")
    code = f"import sys, pellucid.{room}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nothing_loads_a_format_that_can_run_code() -> None:
    found = []
    for path in files():
        tree, name = parsed(path), path.relative_to(SOURCE)
        found += [f"{name}:{line} {module}" for line, module in imports(tree) if module.split(".")[0] in CODE_LOADERS]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                if ast.unparse(node.func) in CODE_LOADING_CALLS:
                    found.append(f"{name}:{node.lineno} {ast.unparse(node.func)}")
                found += [f"{name}:{node.lineno} allow_pickle" for word in node.keywords if allows_pickle(word)]
    assert not found, "\n".join(found)


def allows_pickle(word: ast.keyword) -> bool:
    return word.arg == "allow_pickle" and not (isinstance(word.value, ast.Constant) and word.value.value is False)


def test_no_file_is_longer_than_a_reader_holds_in_mind() -> None:
    lengths = {str(path.relative_to(SOURCE)): len(path.read_text("utf-8").splitlines()) for path in files()}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}
