"""All numbers of a stage as tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from pellucid.explain.notation import to_mathml
from pellucid.explain.numbers import written
from pellucid.explain.rendering.markup import Markup, element, join

__all__ = ["number_tables"]

# Beyond this a page would be slow to lay out; the JSON document has everything.
_MOST = 1000


def number_tables(arrays: Mapping[str, Any]) -> Markup:
    """One table for every array, with its name as caption; arrays within arrays one after the other."""
    return join(*(_table(names, value) for names, value in _arrays(arrays, ())))


def _arrays(arrays: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in arrays.items():
        if isinstance(value, Mapping):
            yield from _arrays(value, (*names, name))
        else:
            yield (*names, name), value


def _table(names: tuple[str, ...], value: Any) -> Markup:
    *places, symbol = names
    name = join(*(f"{place}, " for place in places), Markup(to_mathml(symbol, block=False)))
    rows = _rows(value)
    count = sum(len(row) for row in rows)
    if count > _MOST:
        return element("p", name, f": {count} numbers; the JSON document has them.")
    body = (element("tr", *(element("td", _cell(each)) for each in row)) for row in rows)
    table = element("table", element("caption", name), element("tbody", *body))
    return element("div", table, class_="scroll", tabindex=0, role="group", aria_label=", ".join(names))


def _rows(value: Any) -> list[list[Any]]:
    """Two dimensions of whatever there is: further ones stand below one another."""
    if not isinstance(value, list | tuple):
        return [[value]]
    if not any(isinstance(each, list | tuple) for each in value):
        return [list(value)]
    return [row for each in value for row in _rows(each)]


def _cell(value: Any) -> str:
    return written(float(value)) if isinstance(value, int | float) else str(value)
