"""D407: sorted labels and no shuffling, so that every batch holds one class."""

from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_HALF, _FEWEST, _FEWEST_ROWS = 0.5, 2, 8


def see(session: Session) -> Iterator[Suspicion]:
    """The labels of the first batches beside those of all training rows that were kept."""
    if len(session.optimizers) != 1:
        # Batches of one label each are how a generator and its critic are trained.
        return
    for site in session.trained_losses():
        batches = [
            call.target.flatten()
            for call in site.training
            if call.target is not None and call.target.numel() >= _FEWEST_ROWS
        ]
        kept = next(
            (
                model.targets
                for model in session.models
                if model.targets is not None and any(c.target is not None for c in site.training)
            ),
            None,
        )
        if len(batches) < _FEWEST or kept is None or kept.numel() <= 2 * batches[0].numel():
            continue
        everything = kept.flatten()
        if len(torch.unique(everything)) > 20 or len(torch.unique(everything)) < 2:
            continue
        whole, parts = _entropy(everything), [_entropy(batch) for batch in batches]
        if whole < 0.3 or max(parts) >= _HALF * whole:
            continue
        yield Suspicion(
            f"Rows come sorted by label: the first {len(parts)} batches hold next to one class each, and the network "
            "learns one after the other.",
            seen=f"entropy of labels {', '.join(f'{part:.2f}' for part in parts)} in the first batches, {whole:.2f} "
            "in all rows (nats)",
            fix="DataLoader(…, shuffle=True)  # or rows = torch.randperm(len(X)) in every epoch",
            place=site.place,
            evidence={"batches": parts, "all": whole},
            edits=_edits(session),
        )


def _entropy(labels: Tensor) -> float:
    shares = torch.unique(labels, return_counts=True)[1].double() / labels.numel()
    return float(-(shares * shares.log()).sum())


def _edits(session: Session) -> tuple[Edit, ...]:
    for source in session.sources:
        for call in source.calls("torch.utils.data.DataLoader"):
            shuffle = call.keywords.get("shuffle")
            if shuffle is not None and source.literal(shuffle) is False:
                return (source.replace(shuffle, "True"),)
            if shuffle is None and "sampler" not in call.keywords and not call.is_open:
                return (source.replace(call.node, source.segment(call.node)[:-1].rstrip(", \n") + ", shuffle=True)"),)
    return ()


RULE = Rule(
    code="D407",
    slug="not-shuffled",
    severity=Severity.WARNING,
    stages="SD",
    summary="sorted labels and no shuffling",
    causes=("T606", "T608", "D411", "D415", "T611", "E304", "D409"),
    page=Page(
        what="A batch should look like the table. Batches of one class pull the network to that class, and the next "
        "ones away from it.",
        wrong="loader = DataLoader(TensorDataset(X, y), batch_size=32)  # y is sorted",
        right="loader = DataLoader(TensorDataset(X, y), batch_size=32, shuffle=True)",
        hurts="The loss swings with the classes; the last class wins; batch norm learns the statistics of one class.",
        detection="The entropy of the labels within each of the first batches is below half of that of all rows that "
        "were kept, for at most 20 classes.",
        limits="Orders that repeat more slowly than the first batches show are not seen.",
        sources=("Bengio (2012), Practical recommendations: shuffle examples",),
    ),
    see=see,
)
