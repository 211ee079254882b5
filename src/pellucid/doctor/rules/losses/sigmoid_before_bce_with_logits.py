"""L102: probabilities given to a loss that applies the sigmoid itself."""

from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import last_made
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_LOSS = ("torch.nn.BCEWithLogitsLoss", "torch.nn.functional.binary_cross_entropy_with_logits")
_SIGMOID = ("torch.nn.Sigmoid", "torch.sigmoid", "torch.nn.functional.sigmoid", ".sigmoid")
_NOTHING = {"SqueezeBackward0", "SqueezeBackward1", "ViewBackward0", "UnsqueezeBackward0", "ReshapeAliasBackward0"}


def see(session: Session) -> Iterator[Suspicion]:
    """Logit losses whose input a sigmoid made, told by the autograd graph."""
    for site in session.trained_losses():
        if site.kind != "binary_cross_entropy_with_logits" or not site.training:
            continue
        call = site.training[0]
        made_by = next((name for name in call.history if name not in _NOTHING), "")
        if made_by != "SigmoidBackward0" or call.output is None:
            continue
        low, high = float(call.output.min()), float(call.output.max())
        yield Suspicion(
            "BCE with logits gets the output of a sigmoid, and applies the sigmoid itself: probabilities can only "
            "reach 0.50 to 0.73.",
            seen=f"output {list(call.output_shape)} between {low:.3f} and {high:.3f}, made by {made_by}",
            fix="nn.BCELoss() on the sigmoid's output; or take the sigmoid away and keep nn.BCEWithLogitsLoss().",
            place=site.place,
            evidence={"lowest": low, "highest": high},
            edits=_edits(session),
        )


def _edits(session: Session) -> tuple[Edit, ...]:
    """nn.BCEWithLogitsLoss() → nn.BCELoss(), where that is all there is to change."""
    for source in session.sources:
        calls = source.calls("torch.nn.BCEWithLogitsLoss")
        if len(calls) == 1 and "pos_weight" not in calls[0].keywords:
            return (
                source.replace(calls[0].node, source.segment(calls[0].node).replace("BCEWithLogitsLoss", "BCELoss")),
            )
        functions = source.calls("torch.nn.functional.binary_cross_entropy_with_logits")
        if len(functions) == 1 and not calls and "pos_weight" not in functions[0].keywords:
            text = source.segment(functions[0].node)
            return (
                source.replace(
                    functions[0].node, text.replace("binary_cross_entropy_with_logits", "binary_cross_entropy")
                ),
            )
    return ()


def read(source: Source) -> Iterator[Suspicion]:
    """Uses of such a loss whose first argument ends with a sigmoid."""
    for use in source.uses(*_LOSS):
        last = last_made(source, use)
        if last is not None and last.name in _SIGMOID:
            yield Suspicion(
                "BCE with logits gets the output of a sigmoid, and applies the sigmoid itself.",
                seen=f"the last step before it is {last.name}",
                fix="nn.BCELoss() in place of nn.BCEWithLogitsLoss(), or no sigmoid.",
                place=use.call.place,
            )


RULE = Rule(
    code="L102",
    slug="sigmoid-before-bce-with-logits",
    severity=Severity.ERROR,
    stages="SP",
    summary="sigmoid output into BCEWithLogits, or sigmoid twice",
    causes=("T608", "T607", "D415", "L117", "T603", "T611", "E308", "D409", "D411"),
    page=Page(
        what="nn.BCEWithLogitsLoss applies the sigmoid itself. Given the output of a sigmoid it applies it twice.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())\n"
        "loss = nn.BCEWithLogitsLoss()(model(torch.randn(8, 4)), torch.ones(8, 1))",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 1)\n"
        "loss = nn.BCEWithLogitsLoss()(model(torch.randn(8, 4)), torch.ones(8, 1))",
        hurts="The sigmoid of a number between 0 and 1 lies between 0.50 and 0.73: no row can be called 0 with any "
        "certainty, and the loss of a balanced table cannot fall below 0.50.",
        detection="Proof: the autograd node that made the loss's input is a sigmoid. From source: the last step "
        "before the loss is one.",
        limits="A sigmoid outside of autograd (detached) is not seen.",
        sources=("PyTorch, documentation of BCEWithLogitsLoss",),
    ),
    see=see,
    read=read,
)
