"""N504: dropout before batch norm, a bias that norm takes away again, dropout on the output."""

from collections.abc import Iterator
from itertools import pairwise

from torch import nn

from pellucid.doctor.facts import LayerSeen, ModelSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source, SourceCall
from pellucid.records import Severity

__all__ = ["RULE"]

_DROPOUT = (nn.Dropout, nn.AlphaDropout)
_BATCH_NORM = nn.modules.batchnorm._BatchNorm
_DROPOUT_NAMES = ("torch.nn.Dropout", "torch.nn.AlphaDropout")
_BATCH_NORM_NAMES = ("torch.nn.BatchNorm1d", "torch.nn.BatchNorm2d")


def see(session: Session) -> Iterator[Suspicion]:
    """The order of layers as they were called."""
    for model in session.models:
        yield from _orders(model)


def _orders(model: ModelSeen) -> Iterator[Suspicion]:
    layers = model.layers
    for before, behind in pairwise(layers):
        if isinstance(before.module, _DROPOUT) and isinstance(behind.module, _BATCH_NORM) and before.module.p > 0:
            yield _dropout_before_norm(before.path, behind.path, before.module.p)
        biased = isinstance(before.module, nn.Linear) and before.module.bias is not None
        if biased and isinstance(behind.module, _BATCH_NORM) and behind.module.affine:
            yield _useless_bias(before.path, behind.path)
    if (
        len(layers) > 1
        and isinstance(layers[-1].module, _DROPOUT)
        and layers[-1].module.p > 0
        and _is_end(model, layers[-1])
    ):
        yield _dropout_at_end(layers[-1].path, layers[-1].module.p)


def _is_end(model: ModelSeen, last: LayerSeen) -> bool:
    """Whether the last layer's result is the model's: functions behind it would change its shape, mostly."""
    return (
        model.outputs is not None and last.output_shape is not None and model.outputs.shape[1:] == last.output_shape[1:]
    )


def _dropout_before_norm(dropout: str, norm: str, p: float) -> Suspicion:
    # Dropout raises the variance by 1/(1 − p) in training only, and the norm keeps that for evaluation.
    return Suspicion(
        f"Dropout {dropout} stands before batch norm {norm}: the norm learns the variance of dropped values, which is "
        f"up to {1 / (1 - p):.2f} times that of evaluation.",
        seen=f"layers {dropout} and {norm} in this order, p = {p:g}",
        fix="Put dropout behind the last batch norm.",
        layer=dropout,
        severity=Severity.WARNING,
        evidence={"p": p},
    )


def _useless_bias(linear: str, norm: str) -> Suspicion:
    return Suspicion(
        f"The bias of layer {linear} is taken away by batch norm {norm} at once: it costs memory and does nothing.",
        seen=f"layers {linear} and {norm} in this order",
        fix="nn.Linear(…, bias=False)",
        layer=linear,
        severity=Severity.INFO,
    )


def _dropout_at_end(path: str, p: float) -> Suspicion:
    return Suspicion(
        f"Dropout {path} is the last layer: {p:.0%} of the outputs are set to 0 at random in training, and the loss "
        "punishes the network for it.",
        seen=f"the last layer called is dropout with p = {p:g}",
        fix="Take the dropout behind the last linear layer away.",
        layer=path,
        severity=Severity.ERROR,
        evidence={"p": p},
    )


def read(source: Source) -> Iterator[Suspicion]:
    """Dropout that ends an ``nn.Sequential`` which is called a model, or stands before batch norm."""
    for call in source.calls("torch.nn.Sequential"):
        layers = source.layers_of(call)
        for before, behind in pairwise(layers):
            if before and behind and before.name in _DROPOUT_NAMES and behind.name in _BATCH_NORM_NAMES:
                yield _at(_dropout_before_norm("", "", 0.5), before)


def _at(suspicion: Suspicion, call: SourceCall) -> Suspicion:
    return Suspicion(
        "Dropout stands before batch norm: the norm learns the variance of dropped values, which evaluation does not "
        "have.",
        seen="the order of the layers in nn.Sequential",
        fix=suspicion.fix,
        place=call.place,
        severity=Severity.INFO,
    )


RULE = Rule(
    code="N504",
    slug="layer-order",
    severity=Severity.WARNING,
    stages="S",
    summary="dropout before norm, bias before norm, dropout on the output",
    causes=("E305", "T608", "D415", "T607", "D409", "D411"),
    page=Page(
        what="Batch norm learns mean and variance of what reaches it. Dropout before it changes the variance in "
        "training but not in evaluation, so the learned one is wrong there. Norm subtracts the mean, so a bias before "
        "it does nothing. Dropout behind the last layer drops predictions.",
        wrong="from torch import nn\n\nmodel = nn.Sequential(\n    nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1), "
        "nn.Dropout(0.5)\n)",
        right="from torch import nn\n\nmodel = nn.Sequential(\n    nn.Linear(20, 64), nn.ReLU(), nn.Dropout(0.5), "
        "nn.Linear(64, 1)\n)",
        hurts="With dropout of 0.5 on the output, half of the predictions are 0 in every step: a regression learns "
        "values that are too large, a classifier is trained on noise.",
        detection="The order of the modules in the first forward pass. The last layer must be a dropout module whose "
        "result has the shape of the model's.",
        limits="Functional dropout is not looked at.",
        sources=(
            "Li et al. (2019), Understanding the disharmony between dropout and batch normalization by variance shift",
        ),
    ),
    see=see,
    read=read,
)
