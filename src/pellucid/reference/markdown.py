"""The documentation's reference pages, written from the registries, so that they cannot lag behind."""

from collections.abc import Iterable, Sequence

from pellucid.catalogue import write_choice
from pellucid.reference.contract import look_at_contract
from pellucid.reference.kinds import KINDS, Kind
from pellucid.reference.looking import look_over
from pellucid.reference.sheet import ParameterSheet, Property, Sheet, property_label

__all__ = ["pages"]

_NOTE = "<!-- Written by `make docs` from the registries; a test compares. Change the registry, not this page. -->"


def pages() -> dict[str, str]:
    """Every page: file name → text."""
    written = {f"{kind.plural}.md": _page(kind) for kind in KINDS}
    written["contract.md"] = _contract_page()
    rows = [f"| [{kind.plural}]({kind.plural}.md) | {len(kind.registry)} |" for kind in KINDS]
    written["README.md"] = _lines(
        _NOTE,
        "# Reference",
        "What can be chosen, by name. A choice is a name, and in parentheses what differs from its defaults:\n"
        "`leaky_relu(slope=0.2)`. The same text stands in recipes, on the command line and in records; letter case,\n"
        "blanks and hyphens do not matter.",
        "\n".join(["| list | entries |", "|---|---|", *rows]),
        "Which loss goes with which target, and through which output: [the contract](contract.md).",
    )
    return written


def _contract_page() -> str:
    """Which loss accepts which target; refusals by rule, with the losses that break it."""
    view = look_at_contract()
    parts = [
        _NOTE,
        "# The contract between targets, outputs and losses",
        "`pellucid show contract` prints the gist, `pellucid show contract multiclass` one kind of target and\n"
        "`pellucid show contract mse` one loss, each with the reasons. What is not allowed here is refused before the\n"
        "first step of a training.",
    ]
    for task in dict.fromkeys(row.task for row in view.rows):
        own = [row for row in view.rows if row.task == task]
        head = ["| loss | output activation | head | outputs | decision |", "|---|---|---|---|---|"]
        rows = []
        for row in own:
            if row.allowed:
                name = f"[{row.loss}](losses.md#{row.loss})" + (" (`auto`)" if row.automatic else "")
                cells = (name, f"`{row.link}`", row.head, _bare(row.outputs), _bare(row.decision))
                rows.append(f"| {' | '.join(cells)} |")
        refused: dict[str, list[str]] = {}
        for row in own:
            if not row.allowed:
                refused.setdefault(f"{row.code} {row.slug}", []).append(row.loss)
        lines = [f"- {rule}: {', '.join(losses)}" for rule, losses in refused.items()]
        parts += [f"## {task}", "\n".join([*head, *rows]), "Refused:", "\n".join(lines)]
    return _lines(*parts)


def _page(kind: Kind) -> str:
    sheets = look_over(kind.plural).sheets
    rows = [f"| [{each.name}](#{each.name}) | {_code(each.formula)} |" for each in sheets]
    return _lines(
        _NOTE,
        f"# {kind.plural.capitalize()}",
        f"`pellucid show {kind.plural}` prints this list, `pellucid show {kind.name} {sheets[0].name}` one of them"
        + (",\nwith a table of values; `--plot FILE.png` draws it." if kind.figure else "."),
        "\n".join([f"| {kind.name} | formula |", "|---|---|", *rows]),
        *(_section(sheet) for sheet in sheets),
    )


def _section(sheet: Sheet) -> str:
    facts = [(property_label(name), _property(value)) for name, value in sheet.properties.items() if _says(value)]
    names = [f"`{alias}`" for alias in sheet.aliases]
    names += [f"`{alias}` = `{choice}`" for alias, choice in sheet.presets.items()]
    facts += [("also called", ", ".join(names))] if names else []
    facts += [("in PyTorch", f"`{sheet.twin}`")] if sheet.twin else []
    facts += [("source", sheet.source)]
    parts = [f"## {sheet.name}", sheet.purpose]
    if sheet.parameters:
        head = ["| parameter | default | range | meaning |", "|---|---|---|---|"]
        parts.append("\n".join([*head, *map(_parameter, sheet.parameters)]))
    parts.append("\n".join(f"- {label}: {text}" for label, text in facts))
    return "\n\n".join(parts)


def _parameter(parameter: ParameterSheet) -> str:
    default = write_choice("", {parameter.name: parameter.default})[1:-1].partition("=")[2]
    cells: Sequence[str] = (f"`{parameter.name}`", f"`{default}`", _bare(parameter.range), _bare(parameter.meaning))
    return f"| {' | '.join(cells)} |"


def _says(value: Property) -> bool:
    return value is not None and value != ""


def _property(value: Property) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _code(text: str) -> str:
    # A backtick inside would end the code.
    return f"`{_bare(text).replace('`', '')}`"


def _bare(text: str) -> str:
    """Fit to stand in a table's cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def _lines(*parts: str | Iterable[str]) -> str:
    return "\n\n".join(part if isinstance(part, str) else "\n".join(part) for part in parts) + "\n"
