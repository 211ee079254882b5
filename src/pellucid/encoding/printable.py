"""Text from elsewhere, made fit for a terminal."""

import re
import unicodedata

__all__ = ["printable"]

# Colour and cursor commands (ECMA-48, 5.4) and window titles would act before anybody could read them.
_COMMANDS = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, *, limit: int = 200) -> str:
    """The text without control, direction, zero-width and escape characters, at most ``limit`` characters long."""
    plain = _COMMANDS.sub("", text[: 4 * limit])
    shown = "".join(letter for letter in plain if unicodedata.category(letter) not in _HIDDEN)
    return shown if len(shown) <= limit and len(text) <= 4 * limit else shown[: limit - 1] + "…"
