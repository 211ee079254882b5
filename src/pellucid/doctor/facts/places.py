"""Where something stands in a person's own source."""

from typing import NamedTuple

__all__ = ["Place"]


class Place(NamedTuple):
    """A line of a person's own source.

    Attributes:
        file: Path as Python knows it. All code cells of a notebook are one file: the lines count on from cell to cell.
        line: Counted from 1.
        function: Name of the function that the line stands in, ``<module>`` outside of all.
    """

    file: str
    line: int
    function: str = "<module>"
