"""N505: a layer so narrow that what the outputs need cannot pass."""

from collections.abc import Iterator

from torch import nn

from pellucid.doctor.facts import ModelSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]


def see(session: Session) -> Iterator[Suspicion]:
    """Hidden linear layers of one unit where several outputs follow, in networks of classes."""
    kinds = {site.kind for site in session.trained_losses()}
    for model in session.models:
        widths = _widths(model)
        if len(widths) < 2:
            continue
        outputs = widths[-1][1]
        path, narrowest = min(widths[:-1], key=lambda each: each[1])
        shown = " → ".join(str(width) for _, width in widths)
        is_decoder = model.inputs is not None and model.inputs.dim() == 2 and model.inputs.shape[1] == outputs
        if is_decoder or outputs < 3 or not kinds & {"cross_entropy", "nll_loss"}:
            continue
        if narrowest == 1:
            yield Suspicion(
                f"Layer {path} has one unit, and {outputs} classes are told apart behind it: everything about a row "
                "has to pass through one number.",
                seen=f"widths {shown}",
                fix=f"Widen layer {path} to at least {max(16, outputs)} units.",
                layer=path,
                place=model.place,
                evidence={"widths": [width for _, width in widths]},
            )
        elif narrowest < outputs / 4:
            yield Suspicion(
                f"Layer {path} has {narrowest} units for {outputs} classes: scores of {outputs} classes in "
                f"{narrowest} dimensions are tied to one another.",
                seen=f"widths {shown}",
                fix=f"Widen layer {path} to at least {outputs} units.",
                layer=path,
                place=model.place,
                severity=Severity.INFO,
                evidence={"widths": [width for _, width in widths]},
            )


def _widths(model: ModelSeen) -> list[tuple[str, int]]:
    return [(layer.path, layer.module.out_features) for layer in model.layers if isinstance(layer.module, nn.Linear)]


RULE = Rule(
    code="N505",
    slug="bottleneck",
    severity=Severity.WARNING,
    stages="S",
    summary="a layer of one unit, fewer units than classes, far more parameters than rows",
    causes=("T608", "T611", "D415", "T601", "T607", "D409", "D411"),
    page=Page(
        what="Whatever the outputs need to know about a row passes through every layer. A hidden layer of one unit "
        "puts all rows on a line, on which several classes can hardly be told apart.",
        wrong="from torch import nn\n\nmodel = nn.Sequential(\n"
        "    nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1), nn.ReLU(), nn.Linear(1, 10)\n)",
        right="from torch import nn\n\nmodel = nn.Sequential(\n"
        "    nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 10)\n)",
        hurts="Ten digits through one unit: accuracy stays at 20 to 40 % where 97 % are usual.",
        detection="A hidden linear layer of one unit before three or more classes (warning); fewer than a quarter as "
        "many units as classes (info).",
        limits="Autoencoders (as many outputs as inputs), regressions and embeddings are left alone: a narrow layer "
        "is their point.",
        sources=("Theia, arXiv 2412.05775: structural faults judged by the data",),
    ),
    see=see,
)
