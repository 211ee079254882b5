"""D416: category codes fed to the network as if they were amounts."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_TARGETS = ("y", "target", "label", "class", "species", "outcome")


def see(session: Session) -> Iterator[Suspicion]:
    """The same as from source."""
    for source in session.sources:
        yield from read(source)


def read(source: Source) -> Iterator[Suspicion]:
    """Columns coded by LabelEncoder, factorize, cat.codes or a dict of three and more numbers."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Assign):
            continue
        target = ast.unparse(node.targets[0])
        if not isinstance(node.targets[0], ast.Subscript) or any(
            word in target.lower().split("[")[-1] for word in _TARGETS[1:]
        ):
            continue
        how = _coding(source, node.value)
        if how:
            yield Suspicion(
                f"{target} holds codes of categories, given to the network as amounts: code 3 is not three times code "
                "1.",
                seen=f"{how}: {source.segment(node.value).splitlines()[0]}",
                fix=f"pd.get_dummies(…, columns=[{target.split('[')[-1].rstrip(']')}])  # or nn.Embedding",
                place=source.place(node),
            )
            return


def _coding(source: Source, value: ast.expr) -> str:
    text = ast.unparse(value)
    if ".cat.codes" in text:
        return "cat.codes"
    if isinstance(value, ast.Subscript) and "factorize(" in text:
        return "factorize"
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
    for call in calls:
        name = ast.unparse(call.func)
        if name.endswith((".map", ".replace")) and call.args:
            codes = source.literal(call.args[0])
            whole = isinstance(codes, dict) and all(
                isinstance(code, int) and not isinstance(code, bool) for code in codes.values()
            )
            if whole and len(set(codes.values())) > 2:
                return "map"
        if name.endswith(".fit_transform") and isinstance(call.func, ast.Attribute):
            made = source.construction(call.func.value)
            if made is not None and made.name.rpartition(".")[2] in ("LabelEncoder", "OrdinalEncoder"):
                return made.name.rpartition(".")[2]
    return ""


RULE = Rule(
    code="D416",
    slug="nominal-as-ordinal",
    severity=Severity.INFO,
    stages="S",
    summary="category codes fed as if they were ordered numbers",
    causes=(
        "D415",
        "T611",
    ),
    page=Page(
        what="Codes 0, 1, 2 for red, green, blue say that green lies between red and blue. A network has to undo that "
        "before it can use the column.",
        wrong="df['colour'] = LabelEncoder().fit_transform(df['colour'])",
        right="df = pd.get_dummies(df, columns=['colour'])",
        hurts="Some accuracy, most with few units.",
        detection="In the source: a column of a table set to LabelEncoder's or OrdinalEncoder's result, factorize, "
        "cat.codes, or a dict of three and more whole numbers.",
        limits="Sizes and levels have an order, and are coded so rightly: a note.",
        sources=("scikit-learn, documentation of LabelEncoder: for targets, not inputs",),
    ),
    see=see,
    read=read,
)
