"""Comments of a file, by line."""

import io
import tokenize

__all__ = ["comments_of"]


def comments_of(text: str) -> dict[int, str]:
    """Line → comment with its ``#``; strings that look like comments are none."""
    found: dict[int, str] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found[token.start[0]] = token.string
    except (tokenize.TokenError, SyntaxError):
        return found  # what came before the place that cannot be read
    return found
