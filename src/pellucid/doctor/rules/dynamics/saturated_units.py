"""T602: sigmoid or tanh units at their ends, where the derivative vanishes."""

from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.probing import activity
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# Of all numbers of a layer; beyond ±5 the derivative of the sigmoid is below 0.7 % of 1, that of tanh below 0.02 %.
_SHARE = 0.5
_FEWEST_STEPS = 20
# Nodes that change the shape of a tensor and none of its numbers.
_SHAPES = {"SqueezeBackward0", "SqueezeBackward1", "ViewBackward0", "ReshapeAliasBackward0", "UnsqueezeBackward0"}


def see(session: Session) -> Iterator[Suspicion]:
    """A loss of exactly 0 with gradients of exactly 0, and hidden layers that sit at their ends."""
    yield from _rounded_away(session)
    if session.updates < _FEWEST_STEPS:
        return
    for model in session.models:
        if model.inputs is None or not model.takes_rows_alone:
            continue
        hidden = [layer for layer in activity(model.module, model.inputs) if layer.saturated > _SHARE]
        last = model.layers[-1].path if model.layers else None
        for layer in hidden:
            if layer.path == last:
                # An output that is sure of itself is what training is for.
                continue
            yield Suspicion(
                f"{layer.saturated:.0%} of what {layer.function} {layer.path or model.name} gives stands at its ends, "
                "where its derivative is next to 0.",
                seen=f"largest argument {layer.largest:.3g}; {layer.stuck:.0%} of its units are there for every row",
                fix="Inputs of scale 1, smaller first weights, a lower learning rate, or nn.ReLU.",
                layer=layer.path,
                place=model.place,
                step=session.updates,
                evidence={"saturated": layer.saturated, "stuck": layer.stuck, "largest": layer.largest},
                is_symptom=True,
            )


def _rounded_away(session: Session) -> Iterator[Suspicion]:
    """Outputs of exactly 0 or 1 from the first step on: the true gradient is smaller than float32 can write."""
    for site in session.trained_losses():
        if site.kind not in ("binary_cross_entropy", "by_hand", "mse_loss", "l1_loss", "nll_loss"):
            continue
        calls = [call for call in site.training if call.output is not None and call.step == 0]
        if not calls or next((node for node in calls[0].history if node not in _SHAPES), "") != "SigmoidBackward0":
            continue
        output = calls[0].output
        assert output is not None
        if not bool(((output == 0) | (output == 1)).all()):
            continue
        samples = [sample for optimizer in session.optimizers for sample in optimizer.samples[:3]]
        if not samples or any(norm for sample in samples for norm in sample.gradient.values()):
            continue
        yield Suspicion(
            "The sigmoid's output is exactly 0 or 1 in float32, so that every gradient is exactly 0: the network does "
            "not learn because it is saturated, not because it is perfect.",
            seen=f"outputs {output.flatten()[:4].tolist()}, loss {float(calls[0].value.mean()):g}, all gradients 0.0",
            fix="Smaller first weights (leave them as PyTorch draws them), scaled inputs, and nn.BCEWithLogitsLoss on "
            "the value before the sigmoid.",
            place=site.place,
            step=1,
            evidence={"outputs": output.flatten()[:16].tolist(), "loss": float(calls[0].value.mean())},
        )


RULE = Rule(
    code="T602",
    slug="saturated-units",
    severity=Severity.ERROR,
    stages="D",
    summary="sigmoid or tanh at their ends (also: loss exactly 0 with zero gradient by float saturation)",
    causes=("T608", "G207", "T603", "T607", "D409", "D411"),
    page=Page(
        what="Far from 0 the sigmoid and tanh are flat. A unit there passes next to no gradient back; in float32 a "
        "sigmoid of 17 is exactly 1 and its gradient exactly 0.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(5, 1), nn.Sigmoid())\n"
        "nn.init.constant_(model[0].weight, 100.0)\nx = torch.ones(1, 5)\n"
        "nn.functional.binary_cross_entropy(model(x), torch.ones(1, 1)).backward()\nprint(model[0].weight.grad)",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(5, 1)\nx = torch.ones(1, 5)\n"
        "nn.functional.binary_cross_entropy_with_logits(model(x), torch.ones(1, "
        "1)).backward()\nprint(model.weight.grad)",
        hurts="Weights stay where they are; a loss of exactly 0 looks like success.",
        detection="Exactly 0 or 1 from a sigmoid before the first update while every gradient is exactly 0 (a proof). "
        "Or, at the end, more than half of a hidden layer's values beyond ±5 on the rows that were kept: an error "
        "only if the run is also no better than a constant.",
        limits="Gates of recurrent networks are saturated on purpose and often.",
        sources=("Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks",),
    ),
    see=see,
)
