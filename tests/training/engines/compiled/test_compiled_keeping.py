"""Compiled code is kept from run to run, and never trusted blindly."""

import ast
import os
import shutil
import stat
from pathlib import Path

import pytest

pytest.importorskip("llvmlite")
from pellucid.training.engines.compiled import keeping
from pellucid.training.engines.compiled.kernels.machine import Machine


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """As in a new process, with an empty folder."""
    monkeypatch.setattr(keeping, "_loaded", {})
    monkeypatch.setenv("PELLUCID_CACHE", str(tmp_path))
    return tmp_path / "compiled"


@pytest.fixture
def compilations(monkeypatch):
    """How often it was compiled."""
    made, compile_ = [], Machine.compile

    def counted(self, *arguments):
        made.append(arguments)
        return compile_(self, *arguments)

    monkeypatch.setattr(Machine, "compile", counted)
    return made


def again(monkeypatch):
    monkeypatch.setattr(keeping, "_loaded", {})
    keeping.kernel()


def test_it_is_compiled_once_and_then_loaded(fresh, compilations, monkeypatch):
    assert keeping.kernel() is keeping.kernel()
    again(monkeypatch)
    assert len(compilations) == 1
    assert len(list(fresh.iterdir())) == 1


def test_damaged_code_is_compiled_anew(fresh, compilations, monkeypatch):
    keeping.kernel()
    (file,) = fresh.iterdir()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    again(monkeypatch)
    assert len(compilations) == 2
    assert file.read_bytes() != bytes(content)
    again(monkeypatch)
    assert len(compilations) == 2


@pytest.mark.parametrize("length", [0, 10, 32])
def test_code_that_was_cut_off_is_no_code(tmp_path, length):
    file = tmp_path / "a.o"
    keeping.keep(file, b"code")
    assert keeping.kept(file) == b"code"
    file.write_bytes(file.read_bytes()[:length])
    assert keeping.kept(file) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owners here")
def test_code_that_others_may_write_is_not_taken_up(tmp_path):
    file = tmp_path / "a.o"
    keeping.keep(file, b"code")
    file.chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IWOTH)
    assert keeping.kept(file) is None


def test_without_a_place_to_write_it_compiles_all_the_same(monkeypatch, tmp_path, compilations):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("PELLUCID_CACHE", str(tmp_path / "file"))
    again(monkeypatch)
    again(monkeypatch)
    assert len(compilations) == 2


def test_every_file_that_code_is_made_from_is_in_the_digest():
    """Whatever the kernels import of this package decides what is emitted."""
    here = Path(keeping.__file__).parent
    package = "pellucid.training.engines.compiled"
    digested = {"codes", "work", *(f"kernels.{path.stem}" for path in here.glob("kernels/*.py"))}
    imported = set()
    for path in here.glob("kernels/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pellucid"):
                imported.add(node.module.removeprefix(f"{package}."))
    assert {"codes", "work", "kernels.terms"} <= imported <= digested


def test_another_source_is_another_file(monkeypatch, tmp_path):
    here = Path(keeping.__file__).parent
    shutil.copytree(here, tmp_path / "compiled", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(keeping, "__file__", str(tmp_path / "compiled" / "keeping.py"))
    found = [keeping._sources.__wrapped__()]
    for name in ("kernels/products.py", "codes.py", "work.py"):
        path = tmp_path / "compiled" / name
        path.write_bytes(path.read_bytes() + b"# changed\n")
        found.append(keeping._sources.__wrapped__())
    assert len(set(found)) == len(found)


def test_another_processor_or_another_version_is_another_file(monkeypatch):
    before = keeping.code_file("one")
    assert keeping.code_file("two") != before
    monkeypatch.setattr(keeping, "_sources", lambda: b"changed")
    assert keeping.code_file("one") != before
