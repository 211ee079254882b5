"""E304: batch norm over a batch of one or two rows."""

from collections.abc import Iterator

from torch import nn

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_TINY = 2
_CRASH = "Expected more than 1 value per channel"


def see(session: Session) -> Iterator[Suspicion]:
    """Training passes with such a batch through batch norm, and the error that one row raises."""
    if session.error is not None and _CRASH in str(session.error):
        yield Suspicion(
            "The last batch has one row, and batch norm cannot work out a variance from one row.",
            seen=f"it stopped with: {str(session.error).splitlines()[0]}",
            fix="DataLoader(…, drop_last=True)",
            edits=_edits(session),
        )
        return
    for number, model in enumerate(session.models):
        if not any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.module.modules()):
            continue
        passes = [each for each in session.passes if each.model == number and each.phase.training and each.steps]
        sizes = [size for each in passes for size in each.sizes]
        tiny = [size for size in sizes if size <= _TINY]
        if not tiny:
            continue
        usual = max(sizes)
        yield Suspicion(
            f"Batch norm works out mean and variance from {tiny[0]} row{'s' if tiny[0] > 1 else ''} in {len(tiny)} of "
            f"{len(sizes)} batches: such a step is noise, and so is what it adds to the running statistics.",
            seen=f"batches of {usual} rows, and of {tiny[0]}",
            fix="DataLoader(…, drop_last=True)" if usual > _TINY else "A batch size of 16 and more, or nn.LayerNorm.",
            place=passes[0].place,
            evidence={"tiny": len(tiny), "batches": len(sizes), "usual": usual},
            edits=_edits(session) if usual > _TINY else (),
        )


def _edits(session: Session) -> tuple[Edit, ...]:
    for source in session.sources:
        for call in source.calls("torch.utils.data.DataLoader"):
            shuffles = source.literal(call.keywords["shuffle"]) is True if "shuffle" in call.keywords else False
            if shuffles and "drop_last" not in call.keywords and not call.is_open:
                return (source.replace(call.node, source.segment(call.node)[:-1].rstrip(", \n") + ", drop_last=True)"),)
    return ()


RULE = Rule(
    code="E304",
    slug="tiny-batch-norm-batch",
    severity=Severity.WARNING,
    stages="SD",
    summary="batch norm with a last batch of 1 or 2 rows",
    causes=("E305", "T605", "T606"),
    page=Page(
        what="In training mode batch norm uses the mean and variance of the batch. Of one row there is no variance; "
        "of two, both rows come out as +1 and −1 whatever they were.",
        wrong="loader = DataLoader(dataset_of_65_rows, batch_size=32, shuffle=True)",
        right="loader = DataLoader(dataset_of_65_rows, batch_size=32, shuffle=True, drop_last=True)",
        hurts="An error with one row; with two, a step of noise in every epoch and a tenth of that noise in the "
        "running statistics.",
        detection="Sizes of the batches of training passes through a model with batch norm, and PyTorch's own error.",
        limits="Batches of 3 to 8 rows are noisy, too, and left alone.",
        sources=("torch-audit: batch norm with small batches",),
    ),
    see=see,
)
