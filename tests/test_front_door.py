"""``import pellucid`` is cheap, and every name that it promises is there."""

import ast
import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pellucid

ROOT = Path(__file__).parents[1]


def typed_names() -> dict[str, tuple[str, str]]:
    """What a type checker sees: exported name → (room, name there)."""
    tree = ast.parse((ROOT / "src/pellucid/__init__.py").read_text("utf-8"))
    branch = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.asname or alias.name: (statement.module.removeprefix("pellucid."), alias.name)
        for statement in branch.body
        if isinstance(statement, ast.ImportFrom) and statement.module
        for alias in statement.names
    }


def test_importing_pellucid_loads_nothing_heavy() -> None:
    code = (
        "import sys, pellucid; dir(pellucid);"
        "print([name for name in ('torch', 'numpy', 'sklearn', 'duckdb', 'rich', 'typer') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_all_is_what_the_front_door_resolves() -> None:
    assert set(pellucid.__all__) == set(pellucid._HOMES) | {"__version__"}
    assert pellucid.__all__ == sorted(pellucid.__all__)
    assert dir(pellucid) == pellucid.__all__


def test_a_type_checker_sees_the_names_that_are_resolved() -> None:
    assert typed_names() == pellucid._HOMES


@pytest.mark.parametrize("name", sorted(pellucid._HOMES))
def test_every_promised_name_is_the_object_in_its_room(name: str) -> None:
    room, name_there = pellucid._HOMES[name]
    assert getattr(pellucid, name) is getattr(importlib.import_module(f"pellucid.{room}"), name_there)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'pellucid' has no attribute 'fitt'"):
        pellucid.fitt  # noqa: B018


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert pellucid.__version__ == project["version"]
