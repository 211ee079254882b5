"""D404: rows that are trained on and evaluated on."""

from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_SHARE, _WHOLE, _FEWEST, _REPEATED = 0.05, 0.9, 20, 0.01
_AS_A_WHOLE = 0.7
_ALL_DIFFERENT, _COLUMNS = 0.9, 64


def see(session: Session) -> Iterator[Suspicion]:
    """Evaluated rows whose bytes stand among the training rows that were kept."""
    for number, model in enumerate(session.models):
        trained, judged = model.inputs, model.judged_inputs
        if (
            trained is None
            or judged is None
            or trained.dim() < 2
            or trained.shape[1:] != judged.shape[1:]
            or len(judged) < _FEWEST
        ):
            continue
        own, rows = _bytes(trained), _bytes(judged)
        known = set(own)
        # Tables of few distinct rows repeat them by chance; numbers that are measured do not.
        if _chance(rows) > _REPEATED and not _is_measured(trained, len(known)):
            continue
        # Who looks at the training rows as well, as a whole, does not take them for others.
        if len(known & set(rows)) > _AS_A_WHOLE * len(known) or _looks_at_all(session, number):
            continue
        share = sum(row in known for row in rows) / len(rows)
        if not _SHARE < share < _WHOLE:
            continue
        yield Suspicion(
            f"{share:.0%} of the evaluated rows were trained on: the evaluation tells of memory for those.",
            seen=f"{sum(row in known for row in rows)} of {len(rows)} evaluated rows equal one of {len(known)} "
            "training rows that were kept",
            fix="Split before rows are doubled (oversampling, augmentation), and by group where rows belong together.",
            place=model.place,
            evidence={"share": share, "rows": len(rows)},
        )


def _looks_at_all(session: Session, number: int) -> bool:
    """Whether some round of evaluation had as many rows as a round of training: then it was the training rows."""
    own = [each for each in session.passes if each.model == number]
    trained = {sum(sizes) for each in own if each.steps for sizes in each.rounds()}
    judged = {sum(sizes) for each in own if not each.phase.grad for sizes in each.rounds()}
    return bool(trained & judged)


def _bytes(rows: Tensor) -> list[bytes]:
    return [row.tobytes() for row in rows.flatten(1).cpu().contiguous().numpy()]


def _is_measured(rows: Tensor, distinct: int) -> bool:
    """Whether some column has nearly as many values as there are distinct rows, so that equal rows are the same row."""
    columns = rows.flatten(1)[:, :_COLUMNS]
    most = max((len(torch.unique(columns[:, number])) for number in range(columns.shape[1])), default=0)
    return most >= _ALL_DIFFERENT * distinct


def _chance(rows: list[bytes]) -> float:
    """Share of the evaluated rows that occur more than once among themselves."""
    return 1 - len(set(rows)) / len(rows)


RULE = Rule(
    code="D404",
    slug="train-validation-overlap",
    severity=Severity.WARNING,
    stages="SP",
    summary="same rows, groups or times on both sides",
    page=Page(
        what="A row that stands on both sides is predicted from memory. It gets there by doubling rows before the "
        "split, by splits that overlap, or by copies in the table.",
        wrong="X, y = oversample(X, y)\nX_train, X_test, y_train, y_test = train_test_split(X, y)",
        right="X_train, X_test, y_train, y_test = train_test_split(X, y)\nX_train, y_train = oversample(X_train, "
        "y_train)",
        hurts="Accuracy on the test rows is too high.",
        detection="More than 5 % of the evaluated rows equal a training row byte by byte, while they hardly repeat "
        "among themselves.",
        limits="Only the first 2,048 rows of each side are kept, so some of the overlap is not seen. 90 % and more is "
        "E311. Who evaluates as many rows as were trained on is taken to look at the training rows on purpose.",
        sources=("Deepchecks: train test samples mix",),
    ),
    see=see,
)
