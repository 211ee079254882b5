"""Mended sources in place of files: programs and modules run other text than stands on the disk, and nobody notices.

A copy in another folder would not find what lies beside it, by ``__file__`` or by import. So the text is exchanged and
everything else is as it was: tracebacks, ``inspect`` and the doctor see the mended lines under the file's own name.
"""

import dataclasses
import importlib.abc
import importlib.machinery
import linecache
import os
import sys
import types
from collections.abc import Mapping, Sequence

from pellucid.doctor.running.program import Program

__all__ = ["exchange", "mended_program"]


def exchange(texts: Mapping[str, str]) -> None:
    """Let imports and ``linecache`` find these texts in these files, for as long as this process lives."""
    for file, text in texts.items():
        # No time of change says that there is no file to compare with.
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    sys.meta_path.insert(0, _Finder(texts))


def mended_program(program: Program, texts: Mapping[str, str]) -> Program:
    """The program with another text, if there is one for its file; a notebook's cells then run as one."""
    text = texts.get(program.path)
    if text is None:
        return program
    if program.is_notebook:
        return dataclasses.replace(program, texts=(text,), text=text, cells=())
    return dataclasses.replace(program, texts=(text,))


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = {os.path.realpath(file): text for file, text in texts.items()}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        text = self.texts.get(os.path.realpath(spec.origin))
        if text is None:
            return None
        spec.loader = _Loader(fullname, spec.origin, text)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, text: str) -> None:
        super().__init__(fullname, path)
        self._text = text

    def get_code(self, fullname: str) -> types.CodeType:
        """Compiled from the text; bytecode on the disk is neither read nor written."""
        return self.source_to_code(self._text, self.path)

    def get_source(self, fullname: str) -> str:
        return self._text
