"""N501: linear layers one behind the other, so that the whole network is one linear map."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from pellucid.doctor.facts import LayerSeen, ModelSeen, Place, Session
from pellucid.doctor.probing import is_affine
from pellucid.doctor.probing.copies import copied, experiment, forward
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.source import Source, SourceCall
from pellucid.records import Severity

__all__ = ["RULE"]

# What may stand between two linear layers and leaves the whole affine.
_AFFINE = ("torch.nn.Dropout", "torch.nn.Identity", "torch.nn.Flatten", "torch.nn.BatchNorm1d", "torch.nn.AlphaDropout")


def see(session: Session) -> Iterator[Suspicion]:
    """Networks of two and more linear layers that are affine, proved by sums of their outputs."""
    for model in session.models:
        layers = [layer for layer in model.layers if isinstance(layer.module, nn.Linear)]
        rows = model.inputs if model.inputs is not None else model.judged_inputs
        if len({id(layer.module) for layer in layers}) < 2 or rows is None or not rows.is_floating_point():
            continue
        network = _with_numbers(model)
        if network is None or _is_constant(network, rows[:64]):
            continue
        if is_affine(network, rows[:64]):
            whole = "the whole network is one linear map"
        elif _is_affine_to_the_last(network, layers, rows[:64]):
            whole = "the network is one linear map before its last activation"
        else:
            continue
        first, second = _neighbours(layers)
        widths = " → ".join(str(width) for width in _widths(layers))
        place, edits = _where(session, model)
        yield Suspicion(
            f"{model.name} stacks {len(layers)} linear layers ({widths}) with no activation between them, so that "
            f"{whole} and no better than a single layer.",
            seen=f"f(a + b) − f(a) − f(b) + f(0) = 0 for {len(rows[:64]) * 3} pairs of rows, also far from the data",
            fix=f"Put an activation between the layers, such as nn.ReLU() between {first} and {second}.",
            place=place,
            layer=second,
            evidence={"layers": len(layers), "widths": _widths(layers)},
            edits=edits,
        )


def _with_numbers(model: ModelSeen) -> nn.Module | None:
    """The network, or what it was at first if training has made no numbers of its parameters."""
    for network in (model.module, model.initial):
        if network is not None and all(bool(torch.isfinite(each).all()) for each in network.parameters()):
            return network
    return None


class _Linears(nn.Module):
    """The outputs of a network's linear layers side by side, of which one at least is given another's output."""

    def __init__(self, network: nn.Module, paths: Sequence[str]) -> None:
        super().__init__()
        self.network, self.paths = network, list(paths)

    def forward(self, rows: Tensor) -> Tensor:
        outputs: list[Tensor] = []
        chained = []

        def keep(_: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> None:
            chained.append(any(given[0].shape == each.shape and torch.equal(given[0], each) for each in outputs))
            outputs.append(result)

        handles = [self.network.get_submodule(path).register_forward_hook(keep) for path in self.paths]
        try:
            self.network(rows)
        finally:
            for handle in handles:
                handle.remove()
        if not any(chained):
            raise _NotChainedError
        return torch.cat(outputs, 1)


class _NotChainedError(Exception):
    """No linear layer is given what another one has made."""


def _is_affine_to_the_last(network: nn.Module, layers: Sequence[LayerSeen], rows: Tensor) -> bool:
    """Whether all its layers are linear ones that are affine in the inputs: only the link at the end is not."""
    owners = [each for each in network.modules() if next(each.parameters(recurse=False), None) is not None]
    plain = all(isinstance(each, nn.Linear | nn.BatchNorm1d) for each in owners)
    if not plain or any(layer.output_shape is None or len(layer.output_shape) != 2 for layer in layers):
        return False
    paths = list(dict.fromkeys(layer.path for layer in layers))
    try:
        return bool(is_affine(_Linears(network, paths), rows))
    except _NotChainedError:
        return False


def read(source: Source) -> Iterator[Suspicion]:
    """Two linear layers side by side in an ``nn.Sequential``."""
    for call in source.calls("torch.nn.Sequential"):
        gaps = _gaps(source, call)
        if gaps:
            yield Suspicion(
                "nn.Sequential holds two linear layers with no activation between them: together they are one.",
                seen=f"{source.segment(gaps[0].node)} follows another linear layer",
                fix=f"nn.ReLU(), before {source.segment(gaps[0].node)}",
                place=gaps[0].place,
                severity=Severity.WARNING,
                edits=tuple(_insertions(source, gaps)),
            )


def _is_constant(network: nn.Module, rows: Tensor) -> bool:
    """Whether all rows get the same output: a constant is affine for another reason (dead units, softmax over one)."""
    with experiment():
        outputs = forward(copied(network), rows)
    return bool((outputs == outputs[:1]).all())


def _neighbours(layers: list[LayerSeen]) -> tuple[str, str]:
    return next((a.path, b.path) for a, b in pairwise(layers) if a.module is not b.module)


def _widths(layers: list[LayerSeen]) -> list[int]:
    found = [layer.module.in_features for layer in layers[:1] if isinstance(layer.module, nn.Linear)]
    return found + [layer.module.out_features for layer in layers if isinstance(layer.module, nn.Linear)]


def _gaps(source: Source, sequential: SourceCall) -> list[SourceCall]:
    """Linear layers of an ``nn.Sequential`` that follow another one with nothing but affine layers between."""
    found, behind_linear = [], False
    for layer in source.layers_of(sequential):
        if layer is None:
            behind_linear = False
        elif layer.name == "torch.nn.Linear":
            if behind_linear:
                found.append(layer)
            behind_linear = True
        elif layer.name not in _AFFINE:
            behind_linear = False
    return found


def _insertions(source: Source, gaps: list[SourceCall]) -> Iterator[Edit]:
    """An activation before each of these layers."""
    for gap in gaps:
        yield source.replace(gap.node, f"nn.ReLU(), {source.segment(gap.node)}")


def _where(session: Session, model: ModelSeen) -> tuple[Place | None, tuple[Edit, ...]]:
    """The layer's line and the change that mends it; the line of the first call where the source does not tell."""
    for source in session.sources:
        for call in source.calls("torch.nn.Sequential"):
            gaps = _gaps(source, call)
            if gaps:
                return gaps[0].place, tuple(_insertions(source, gaps))
        own = source.module_classes.get(model.name)
        if own is None:
            continue
        linear = [step for step in own.steps if step.name == "torch.nn.Linear"]
        pairs = [(a, b) for a, b in pairwise(own.steps) if a in linear and b in linear]
        if pairs:
            edits = tuple(
                source.replace(before.call.node, f"torch.relu({source.segment(before.call.node)})")
                for before, _ in pairs
                if before.call.node.lineno != linear[-1].call.node.lineno or len(pairs) == 1
            )
            return pairs[0][1].call.place, edits
    return model.place, ()


RULE = Rule(
    code="N501",
    slug="no-nonlinearity",
    severity=Severity.ERROR,
    stages="SP",
    summary="stacked linear layers: the network is affine",
    causes=("T608", "T611", "L117", "D409", "D411"),
    page=Page(
        what="A linear layer behind a linear layer is a linear layer: W₂(W₁x + b₁) + b₂ = (W₂W₁)x + (W₂b₁ + b₂). "
        "Without an activation between them, a network of any depth draws straight lines only.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(2, 10), nn.Linear(10, 1))\n"
        "print(model(torch.randn(4, 2)))",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(2, 10), nn.ReLU(), "
        "nn.Linear(10, 1))\n"
        "print(model(torch.randn(4, 2)))",
        hurts="Two concentric circles stay at 50 % accuracy however long it trains; with a ReLU they come to 97 %.",
        detection="Proof: f is affine if and only if f(a + b) − f(a) − f(b) + f(0) = 0. It is worked out in float64, "
        "in evaluation mode, for pairs of rows near and far from the data, and must vanish to 1e-9 of the outputs' "
        "scale. Of a network with a sigmoid or softmax at its end, f is what its linear layers make before it. Without "
        "running: two nn.Linear side by side in an nn.Sequential.",
        limits="A network that was meant to be linear (a low-rank factorisation) is flagged too: silence it. An "
        "activation that no row ever leaves the linear part of is crossed on purpose and so not taken for affine.",
        sources=(
            "Goodfellow, Bengio, Courville (2016), Deep Learning, section 6.1",
            "github.com/somepago/saint issue 23: two linear layers without an activation",
        ),
    ),
    see=see,
    read=read,
)
