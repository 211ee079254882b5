"""The screen of ``show contract``: what each kind of target is learned with; or one target, or one loss, in full."""

from pellucid.cli.layout import Ink, cells, padded, wrapped
from pellucid.cli.sheets import table_lines
from pellucid.figures import Table
from pellucid.reference import ContractView

__all__ = ["contract_lines"]

INDENT = "  "


def contract_lines(view: ContractView, *, width: int, ink: Ink) -> list[str]:
    """The whole contract, target by target; or the rows of one target or one loss, with reasons for what is refused."""
    if not (view.task or view.loss):
        return _all_lines(view, width, ink)
    lines: list[str] = []
    if view.task:
        own = ContractView(tuple(row for row in view.rows if row.task == view.task), task=view.task)
        lines += _task_lines(own, width, ink)
    if view.loss:
        own = ContractView(tuple(row for row in view.rows if row.loss == view.loss), loss=view.loss)
        lines += [*([""] if lines else []), *_loss_lines(own, width, ink)]
    return lines


def _all_lines(view: ContractView, width: int, ink: Ink) -> list[str]:
    tasks = list(dict.fromkeys(row.task for row in view.rows))
    room = max(map(cells, tasks)) + 2
    lines = [f"{len(tasks)} kinds of target: the loss that `auto` takes, and the others that fit", ""]
    for task in tasks:
        fitting = [row for row in view.rows if row.task == task and row.allowed]
        own = next((row for row in fitting if row.automatic), fitting[0])
        start, rest = INDENT + padded(task, room), " " * (len(INDENT) + room)
        head = f"{own.loss}: {own.outputs}; gives {own.gives.replace('_', ' ')}"
        first, *more = wrapped(head.split(" "), width, first=start, rest=rest)
        lines += [first.replace(task, ink.strong(task), 1), *more]
        others = [row.loss for row in fitting if row is not own]
        if others:
            words = ["also", *", ".join(others).split(" ")]
            lines += [ink.quiet(line) for line in wrapped(words, width, first=rest, rest=rest)]
    return [
        *lines,
        "",
        "Everything else is refused before the first step. One of them, with reasons:",
        "pellucid show contract multiclass, pellucid show contract mse",
    ]


def _task_lines(view: ContractView, width: int, ink: Ink) -> list[str]:
    fitting = [row for row in view.rows if row.allowed]
    lines = [f"{ink.strong(view.task)}, a kind of target", ""]
    rows = [(row.loss + (" (auto)" if row.automatic else ""), row.link, row.head, row.outputs) for row in fitting]
    lines += table_lines(Table(("loss", "output activation", "head", "outputs"), tuple(rows)), width=width, ink=ink)
    decisions = dict.fromkeys(f"{row.head}: {row.decision}" for row in fitting)
    lines += ["", ink.quiet("What is decided:")]
    for decision in decisions:
        lines += wrapped(decision.split(" "), width, first=INDENT, rest=INDENT * 2)
    return lines + _refused(view, width, ink)


def _loss_lines(view: ContractView, width: int, ink: Ink) -> list[str]:
    fitting = [row for row in view.rows if row.allowed]
    lines = [f"{ink.strong(view.loss)}, a loss", ""]
    rows = [(row.task + (" (auto)" if row.automatic else ""), row.link, row.head, row.outputs) for row in fitting]
    lines += table_lines(Table(("target", "output activation", "head", "outputs"), tuple(rows)), width=width, ink=ink)
    return lines + _refused(view, width, ink)


def _refused(view: ContractView, width: int, ink: Ink) -> list[str]:
    """Rule by rule who is refused and why; reasons that differ in the loss's name alone are told once."""
    told: dict[str, dict[str, list[str]]] = {}
    for row in view.rows:
        if not row.allowed:
            reason = row.reason.removeprefix(f"{row.loss} ")
            who = row.loss if view.task else row.task
            told.setdefault(f"{row.code} {row.slug}", {}).setdefault(reason, []).append(who)
    lines = ["", ink.quiet("Refused:")] if told else []
    for rule, reasons in told.items():
        lines.append(f"{INDENT}{rule}")
        for reason, names in reasons.items():
            words = [*", ".join(names).split(" "), "–", *reason.split(" ")]
            lines += wrapped(words, width, first=INDENT * 2, rest=INDENT * 3)
    recipes = {row.recipe for row in view.rows if row.recipe}
    return [*lines, "", f"What fits: {recipes.pop()}"] if view.task and len(recipes) == 1 else lines
