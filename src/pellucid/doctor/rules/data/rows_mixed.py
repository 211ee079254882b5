"""D413: what one row gets depends on other rows."""

from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.probing import rows_mixed
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]


def see(session: Session) -> Iterator[Suspicion]:
    """Models whose output for a row moves when another row is changed, in evaluation mode."""
    for model in session.models:
        rows = model.inputs if model.inputs is not None else model.judged_inputs
        if rows is None or not model.takes_rows_alone or len(rows) < 2 or not rows.is_floating_point():
            continue
        found = rows_mixed(model.module, rows[:16])
        if not found.mixed:
            continue
        yield Suspicion(
            f"{model.name} mixes rows: changing row {found.changed} changes the output of row {found.moved}.",
            seen=f"in evaluation mode, by up to {found.difference:.2g} of the outputs' size",
            fix="x.transpose(…) or x.permute(…) in place of x.view(…) or x.reshape(…); softmax over dim=1",
            place=model.place,
            evidence={"changed": found.changed, "moved": found.moved, "difference": found.difference},
        )


RULE = Rule(
    code="D413",
    slug="rows-mixed",
    severity=Severity.ERROR,
    stages="P",
    summary="view/reshape used as transpose: output i depends on row j",
    causes=("T608", "T611", "D415", "T609", "D409", "D411"),
    page=Page(
        what="Rows of a batch are separate cases. view and reshape keep the order in memory: used to exchange axes "
        "they put numbers of one row into another.",
        wrong="import torch\n\nx = torch.arange(6.0).view(2, 3)\nprint(x.view(3, 2).view(2, 3) is x, x.view(3, 2))",
        right="import torch\n\nx = torch.arange(6.0).view(2, 3)\nprint(x.t())",
        hurts="The network learns from mixtures of rows, and predicts nonsense for one row alone.",
        detection="Proof: on a copy in evaluation mode one row is changed, and outputs of others move.",
        limits="Attention over the rows of a batch is this on purpose.",
        sources=("Karpathy: view where permute was meant", "TheDeepChecker"),
    ),
    see=see,
)
