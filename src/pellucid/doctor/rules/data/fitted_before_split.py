"""D403: a scaler, encoder or selection fitted on all rows before they were split."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_FITS = (".fit_transform", ".fit")
# Whose fit learns from the values of all rows; a label encoder only counts names.
_LEARNERS = (
    "StandardScaler",
    "MinMaxScaler",
    "RobustScaler",
    "MaxAbsScaler",
    "QuantileTransformer",
    "PowerTransformer",
    "Normalizer",
    "SimpleImputer",
    "KNNImputer",
    "SelectKBest",
    "SelectPercentile",
    "PCA",
    "TargetEncoder",
)


def see(session: Session) -> Iterator[Suspicion]:
    """The same as from source."""
    for source in session.sources:
        yield from read(source)


def read(source: Source) -> Iterator[Suspicion]:
    """``fit`` on a name that ``train_test_split`` gets afterwards; scaling by hand likewise."""
    splits = source.calls("sklearn.model_selection.train_test_split", "torch.utils.data.random_split")
    if not splits:
        return
    split = splits[0]
    given = {node.id for each in split.args for node in ast.walk(each) if isinstance(node, ast.Name)}
    for call in source.calls(*_FITS):
        if call.place.line >= split.place.line or call.place.function != split.place.function or not call.args:
            continue
        made = source.construction(call.base) if call.base is not None else None
        kind = made.name.rpartition(".")[2] if made is not None else ""
        if kind not in _LEARNERS and not (
            isinstance(call.base, ast.Call) and ast.unparse(call.base.func).split(".")[-1] in _LEARNERS
        ):
            continue
        names = {node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)}
        bound = _bound(source, call.node)
        if names & given or bound & given:
            yield _suspicion(source, call.node, kind or "It")
            return
    for node in ast.walk(source.tree):
        by_hand = isinstance(node, ast.Assign) and node.lineno < split.place.line and _is_scaling(node)
        if by_hand and isinstance(node, ast.Assign) and {ast.unparse(each) for each in node.targets} & given:
            yield _suspicion(source, node, "Mean and spread", _severity(node))
            return


def _bound(source: Source, node: ast.AST) -> set[str]:
    statement = source.statement(node)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}


def _is_scaling(node: ast.Assign) -> bool:
    """``X = (X - X.mean(0)) / X.std(0)``."""
    text = ast.unparse(node.value)
    names = [ast.unparse(each) for each in node.targets]
    return any(f"{name}.mean(" in text and f"{name}.std(" in text for name in names)


def _severity(node: ast.Assign) -> Severity | None:
    """Two numbers for a whole table know next to nothing of single rows; a mean of every column may."""
    taken = [
        call
        for call in ast.walk(node.value)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("mean", "std")
    ]
    return None if any(call.args or call.keywords for call in taken) else Severity.INFO


def _suspicion(source: Source, node: ast.AST, kind: str, severity: Severity | None = None) -> Suspicion:
    verb = "are" if " and " in kind else "is"
    return Suspicion(
        f"{kind} {verb} fitted on all rows, and they are split afterwards: the test rows have a say in what training "
        "sees.",
        seen=source.segment(node).splitlines()[0],
        fix="X_train, X_test = train_test_split(X)  # first; then scaler.fit(X_train), and transform both",
        place=source.place(node),
        severity=severity,
    )


RULE = Rule(
    code="D403",
    slug="fitted-before-split",
    severity=Severity.WARNING,
    stages="S",
    summary="scaler, encoder or selection fitted on all rows",
    page=Page(
        what="Whatever learns from values (means, spreads, chosen columns, filled-in values) has to learn from "
        "training rows only. Fitted before the split, it carries test rows into training.",
        wrong="X = StandardScaler().fit_transform(X)\nX_train, X_test = train_test_split(X)",
        right="X_train, X_test = train_test_split(X)\nscaler = StandardScaler().fit(X_train)\n"
        "X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)",
        hurts="Little with scaling on many rows; with a selection of columns, a table of pure noise can be predicted.",
        detection="In the source: fit or fit_transform of such a class, or scaling by hand, on what train_test_split "
        "gets in a later line of the same function. A note only where one mean and one spread serve the whole table.",
        limits="Splits by other means are not known.",
        sources=("scikit-learn, Common pitfalls: data leakage", "scikit-learn issues 17619, 24695"),
    ),
    see=see,
    read=read,
)
