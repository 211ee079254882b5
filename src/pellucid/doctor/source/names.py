"""Names that a file imports, as their home calls them: ``F.relu`` is ``torch.nn.functional.relu``."""

import ast
import re

__all__ = ["canonical", "imported_names"]

# torch defines its classes in modules of their own and offers them one level up; people import them from either.
_INNER = re.compile(r"^torch\.(nn|optim)\.(modules\.\w+|modules|adam|adamw|sgd|rmsprop|adagrad|lbfgs)\.(?=[A-Z])")


def canonical(name: str) -> str:
    """The name that documentation uses for a dotted name."""
    return _INNER.sub(r"torch.\1.", name)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Name in the file → dotted name; imports inside functions count for the whole file.

    ``from x import *`` gives no names: what it brings cannot be told without running it.
    """
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                # ``import torch.nn`` binds ``torch``, ``import torch.nn as nn`` binds the inner module.
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                if alias.name != "*":
                    names[alias.asname or alias.name] = canonical(f"{base}.{alias.name}")
    return names
