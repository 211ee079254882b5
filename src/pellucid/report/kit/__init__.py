"""The small JavaScript of the pages: plain modules, joined into one script whose digest the page's policy names.

A page opened from a file has no neighbours to import from, so the modules are joined in the order of ``MODULES``, their
``import`` and ``export`` taken away. They share one scope then, for which reason no two of them may use one name at
their top level (a test says so). Whoever serves them over HTTP can serve the files as they are.
"""

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

__all__ = ["MODULES", "digest", "kit_style", "report_script"]

MODULES = (
    "palette",
    "axis",
    "elements",
    "frames",
    "painter",
    "player",
    "scenes",
    "replay",
    "sorting",
    "curves",
    "theme",
    "start",
)
"""Every module stands behind those that it imports."""

_IMPORT = re.compile(r"^import \{[^}]*\} from \"\./\w+\.js\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_COMMENT = re.compile(r"/\*\*(?:[^*]|\*(?!/))*\*/[ \n]?")
_NOTE = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)


@cache
def report_script() -> str:
    """The script of a report: all modules, then the one call that starts them."""
    return "".join(map(_module, MODULES)) + "startReport(document);\n"


@cache
def kit_style() -> str:
    """The style sheet of what the script puts into a page."""
    return (files(__package__) / "kit.css").read_text("utf-8")


def digest(text: str) -> str:
    """How a policy names a text that may run: ``sha256-…``."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _module(name: str) -> str:
    """One module without imports, exports and comments, which a reader finds in the file."""
    text = (files(__package__) / f"{name}.js").read_text("utf-8")
    for pattern in (_COMMENT, _NOTE, _IMPORT, _EXPORT):
        text = pattern.sub("", text)
    return re.sub(r"\n{2,}", "\n", text)
