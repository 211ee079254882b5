"""L101: probabilities given to a loss that applies log-softmax itself."""

import ast
from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, loss_call, with_argument
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

# Rows of probabilities add up to 1; float32 leaves an error of some 1e-7 for a hundred classes.
_TOLERANCE = 1e-4
_FUNCTIONS = ("torch.softmax", "torch.nn.functional.softmax", ".softmax")
_SOFTMAX = {"SoftmaxBackward0", "LogSoftmaxBackward0"}
# What may stand between the softmax and the loss and changes nothing.
_NOTHING = {"SqueezeBackward0", "SqueezeBackward1", "ViewBackward0", "ReshapeAliasBackward0", "CloneBackward0"}


def see(session: Session) -> Iterator[Suspicion]:
    """Losses whose outputs are softmax's, known by how they were made or by rows that add up to 1."""
    for site in session.trained_losses():
        if site.kind != "cross_entropy" or not site.training:
            continue
        call = site.training[0]
        if call.output is None or call.output.dim() < 2 or call.output.shape[1] < 2:
            continue
        made_by = next((name for name in call.history if name not in _NOTHING), "")
        scores = call.output.double()
        if made_by not in _SOFTMAX and not (_are_probabilities(scores) and _vary(scores)):
            continue
        is_log = made_by == "LogSoftmaxBackward0"
        sums = scores.exp().sum(1) if is_log else scores.sum(1)
        name = "log-softmax" if is_log else "softmax"
        classes = call.output_shape[1]
        floor = float(torch.log1p((classes - 1) * torch.exp(torch.tensor(-1.0))))
        harm = (
            "log-softmax twice is the same once, so nothing is lost but time"
            if is_log
            else f"the loss cannot fall below {floor:.3f} for {classes} classes, and gradients are small"
        )
        yield Suspicion(
            f"Cross-entropy gets the output of {name}, and applies log-softmax itself: {harm}.",
            seen=f"output {list(call.output_shape)}, every row's {'exponentials' if is_log else 'numbers'} add up to "
            f"{sums.min():.4f} to {sums.max():.4f}" + (f", made by {made_by}" if made_by in _SOFTMAX else ""),
            fix="Give the loss the raw scores: take the softmax out of the model, and use it for predictions only.",
            place=site.place,
            severity=Severity.INFO if is_log else None,
            evidence={"row_sums": [float(sums.min()), float(sums.max())], "made_by": made_by, "floor": floor},
            edits=() if is_log else _edits(session, site),
        )


def _edits(session: Session, site: LossSite) -> tuple[Edit, ...]:
    """The scores in place of their softmax where it stands beside the loss, else logarithms of the probabilities.

    The model is left alone: what else is done with its probabilities would change with it.
    """
    found = loss_call(session, site)
    given = found[1].call.argument(0, "input") if found is not None else None
    if found is None or given is None:
        return ()
    source = found[0]
    value = source.value_of(given)
    if isinstance(value, ast.Call) and source.call(value).name in _FUNCTIONS:
        call = source.call(value)
        scores = call.base if call.name.startswith(".") else call.argument(0, "input")
        if scores is not None and _is_same_block(source, value, given):
            return edits_of(source, [(given, source.segment(scores))])
    # log-softmax of the logarithms of probabilities changes nothing: they are normalised.
    return with_argument(session, site, 0, "input", "{}.clamp_min(1e-12).log()")


def _is_same_block(source: Source, first: ast.AST, second: ast.AST) -> bool:
    """Whether both are worked out in the same stretch of code, so that names mean the same."""
    return source.place(first).function == source.place(second).function


def read(source: Source) -> Iterator[Suspicion]:
    """Uses of cross-entropy behind a softmax."""
    for use in source.uses("torch.nn.CrossEntropyLoss", "torch.nn.functional.cross_entropy"):
        given = use.call.argument(0, "input")
        last = source.last_step(given) if given is not None else None
        if last is not None and last.name in (*_FUNCTIONS, "torch.nn.Softmax"):
            yield Suspicion(
                "Cross-entropy gets the output of a softmax, and applies log-softmax itself.",
                seen=f"the last step before it is {last.name}",
                fix="Give the loss the raw scores: take the softmax out of the model, and use it for predictions only.",
                place=use.call.place,
            )


def _are_probabilities(scores: Tensor) -> bool:
    return bool((scores >= 0).all() and ((scores.sum(1) - 1).abs() < _TOLERANCE).all())


def _vary(scores: Tensor) -> bool:
    """One-hot or constant rows may be anything."""
    return len(scores) > 1 and bool((scores.std(0) > 0).any())


RULE = Rule(
    code="L101",
    slug="softmax-before-cross-entropy",
    severity=Severity.ERROR,
    stages="SP",
    summary="probabilities (softmax, or log-softmax twice) given to a loss that applies log-softmax itself",
    causes=("T603", "T607", "T608", "T611", "L117", "D415", "D409", "D411"),
    page=Page(
        what="`nn.CrossEntropyLoss` and `F.cross_entropy` expect raw scores (logits) and apply log-softmax "
        "themselves. Given probabilities, they apply it a second time, to numbers between 0 and 1.",
        wrong="model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(dim=1))\n"
        "loss = nn.CrossEntropyLoss()(model(x), y)",
        right="model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))\n"
        "loss = nn.CrossEntropyLoss()(model(x), y)",
        hurts="The scores of two classes differ by 1 at most, so the loss cannot fall below ln(1 + (C−1)/e), 0.55 for "
        "three classes, and the gradient is many times smaller where the network is wrong and sure of it.",
        detection="Proof: the autograd node that made the loss's input is a softmax; or every row is ≥ 0 and adds up "
        "to 1 within 1e-4, which raw scores never do row after row.",
        limits="Probabilities that were made by other means and do not add up to 1 are not seen (L104, L111 may be).",
        sources=(
            "PyTorch, documentation of CrossEntropyLoss: the input is expected to contain the unnormalized logits",
            "Karpathy (2019), A Recipe for Training Neural Networks",
        ),
    ),
    see=see,
    read=read,
)
