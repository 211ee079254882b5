"""E311: judged on the rows that it was trained on."""

from collections.abc import Iterator

import torch

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.rules.evaluation.choosing import choices_on_test_rows
from pellucid.records import Severity

__all__ = ["RULE"]

_JUDGING = {"__eq__", "eq", "argmax", "round", "__gt__", "gt", "__ge__"}
_SHARE, _FEWEST_STEPS = 0.9, 10


def see(session: Session) -> Iterator[Suspicion]:
    """Networks whose every judged row was a training row, or that were judged on nothing else; epochs chosen."""
    if not session.is_over or session.updates < _FEWEST_STEPS or session.error is not None:
        return
    for source in session.sources:
        for statement, name in choices_on_test_rows(source):
            yield Suspicion(
                f"The best epoch is chosen by its score on {name}: the largest of many scores on the same rows is "
                "better than what new rows would give.",
                seen=f"{source.segment(statement).splitlines()[0]}, with a score worked out on {name}",
                fix="Choose the epoch on validation rows split off the training rows; look at the test rows once.",
                place=source.place(statement),
            )
    for number, model in enumerate(session.models):
        passes = [each for each in session.passes if each.model == number]
        if not any(each.steps for each in passes) or model.inputs is None:
            continue
        judged = model.judged_inputs
        if judged is None:
            if _judges(session):
                yield _suspicion(
                    "No row was evaluated that had not been trained on: accuracy and loss are those of the training "
                    "rows.",
                    "",
                )
            return
        share = _share_seen(model.inputs, judged)
        if share is not None and share >= _SHARE:
            yield _suspicion(
                "The network is judged on rows that it was trained on: that tells how well it remembers, not how well "
                "it predicts.",
                f"{share:.0%} of {len(judged)} evaluated rows are among the {len(model.inputs)} training rows that "
                "were kept",
            )
        return


def _judges(session: Session) -> bool:
    return any(site.layer is None and site.function.rpartition(".")[2] in _JUDGING for site in session.calls)


def _share_seen(trained: torch.Tensor, judged: torch.Tensor) -> float | None:
    # Plain numbers, such as those of words, are the same on both sides without any row being so.
    if trained.dim() < 2 or trained.shape[1:] != judged.shape[1:] or len(judged) == 0:
        return None
    known = {row.tobytes() for row in trained.flatten(1).cpu().contiguous().numpy()}
    rows = judged.flatten(1).cpu().contiguous().numpy()
    return sum(row.tobytes() in known for row in rows) / len(rows)


def _suspicion(message: str, seen: str) -> Suspicion:
    return Suspicion(
        message,
        seen=seen,
        fix="X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, stratify=y)",
    )


RULE = Rule(
    code="E311",
    slug="no-validation",
    severity=Severity.INFO,
    stages="S",
    summary="trained and judged on the same rows, or the test set used to choose",
    page=Page(
        what="A network can learn its training rows by heart. How good it is shows on rows that it has never seen.",
        wrong="train(model, X, y)\nprint(accuracy(model, X, y))",
        right="train(model, X_train, y_train)\nprint(accuracy(model, X_test, y_test))",
        hurts="Any number looks good.",
        detection="Rows that were evaluated are those that were trained on (by their bytes, 90 % and more), or no "
        "others were evaluated at all. In the source: the best score of all epochs is kept (if score > best: best = "
        "score, or best = max(best, score)), and what the score was made of is named test and nothing validation.",
        limits="A note: exercises and overfitting a batch on purpose do this. Test rows are known by their names only; "
        "settings that were chosen by hand or over several runs are not seen.",
        sources=("Humbatova et al. (2025): a missing validation set is found by no tool",),
    ),
    see=see,
)
