"""Edit: a change of a person's source."""

import msgspec

__all__ = ["Edit"]


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change of the person's source that mends a mistake, or a part of one.

    Attributes:
        file: The file.
        first: First line that is replaced, counted from 1.
        last: Last line that is replaced; ``first - 1`` puts the new text before ``first``.
        text: What stands there instead, with line ends and indentation; empty to take the lines away.
    """

    file: str
    first: int
    last: int
    text: str
