"""Law 3 for losses: in stand-alone use they are torch's, value and gradient, whatever the reduction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch.nn import functional

from pellucid.objectives.losses import LOSSES

N, C = 12, 5


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def whole(high, *shape, seed=0):
    return torch.randint(0, high, shape, generator=torch.Generator().manual_seed(seed))


def signs(*shape):
    return whole(2, *shape, seed=5).double() * 2 - 1


def marks(*shape):
    return whole(2, *shape, seed=6).double()


def shares(*shape):
    """Shares along the second axis, some of them 0."""
    found = draw(*shape, seed=7).abs()
    found[:, 0] = 0
    return found / found.sum(1, keepdim=True)


def labels(rows):
    """Label numbers in any order, −1 behind the last, anything behind that."""
    found = torch.stack([torch.randperm(C, generator=torch.Generator().manual_seed(row)) for row in range(rows)])
    found[torch.arange(rows), whole(C, rows, seed=9)] = -1
    return found


class Part(torch.nn.Module):
    """The outputs that a layer would have given."""

    def __init__(self, first, last):
        super().__init__()
        self.first, self.last = first, last

    def forward(self, scores):
        return scores[:, self.first : self.last]


def adaptive(scores, targets, *, cutoffs, reduction):
    classes = scores.shape[1] - len(cutoffs)
    module = torch.nn.AdaptiveLogSoftmaxWithLoss(16, classes, list(cutoffs))
    start = cutoffs[0] + len(cutoffs)
    module.head = Part(0, start)
    for cluster, (first, last) in enumerate(zip(cutoffs, (*cutoffs[1:], classes), strict=True)):
        module.tail[cluster] = Part(start, start + last - first)
        start += last - first
    losses = -module(scores, targets).output
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


def kl_div(outputs, targets, *, log_target=False, reduction):
    return functional.kl_div(
        outputs, targets, log_target=log_target, reduction="batchmean" if reduction == "mean" else reduction
    )


def gaussian(outputs, targets, *, full=False, eps=1e-6, reduction):
    losses = functional.gaussian_nll_loss(
        outputs[:, : outputs.shape[1] // 2],
        targets.reshape(len(targets), -1),
        torch.exp(outputs[:, outputs.shape[1] // 2 :]),
        full=full,
        eps=eps,
        reduction="none",
    ).mean(1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


@dataclass
class Twin:
    """A call that torch also understands.

    Attributes:
        name: Loss.
        theirs: Torch's function.
        outputs: Tensors that get a gradient.
        others: Tensors that do not.
        numbers: Of the loss; torch's function takes them by the same names.
        options: Of the call; the same.
    """

    name: str
    theirs: Callable[..., torch.Tensor]
    outputs: tuple[torch.Tensor, ...]
    others: tuple[torch.Tensor, ...]
    numbers: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = [str(LOSSES(self.name, **self.numbers)), *self.options, *(str(tuple(x.shape)) for x in self.outputs)]
        return " ".join(shown) + f" {str(self.others[0].dtype)[6:] if self.others else ''}"


F = functional
weight, pos_weight = draw(C, seed=11).abs(), draw(C, seed=12).abs()
logits, deep, one = draw(N, C) * 2, draw(N, C, 3, 2) * 2, draw(N) * 2
classes, deep_classes = whole(C, N), whole(C, N, 3, 2)
holes, deep_holes = classes.clone(), deep_classes.clone()
holes[2:5], deep_holes[:, 1] = -100, 3
ones = draw(N, 3, seed=1), draw(N, 3, seed=2)
vectors = draw(N, C, seed=1), draw(N, C, seed=2)
frames, lengths, counts = torch.log_softmax(draw(9, 4, C), 2), torch.tensor([9, 8, 6, 9]), torch.tensor([3, 0, 2, 4])
symbols = whole(C - 1, 4, 4, seed=13) + 1
impossible = torch.ones(4, 4, dtype=torch.int64), torch.tensor([3, 9, 9, 9]), torch.tensor([4, 1, 2, 3])

TWINS = [
    Twin("mse", F.mse_loss, ones[:1], ones[1:]),
    Twin("l1", F.l1_loss, ones[:1], ones[1:]),
    Twin("mse", F.mse_loss, (one,), (draw(N, seed=3),)),
    Twin("huber", F.huber_loss, ones[:1], ones[1:], {"delta": 0.7}),
    Twin("huber", F.huber_loss, (deep,), (draw(N, C, 3, 2, seed=3),)),
    Twin("smooth_l1", F.smooth_l1_loss, ones[:1], ones[1:], {"beta": 0.7}),
    Twin("poisson_nll", F.poisson_nll_loss, ones[:1], (whole(6, N, 3).double(),)),
    Twin("poisson_nll", F.poisson_nll_loss, ones[:1], (whole(6, N, 3).double(),), {"full": True}),
    *(
        Twin("poisson_nll", F.poisson_nll_loss, (one.abs(),), (whole(6, N).double(),), {"log_input": False, **numbers})
        for numbers in ({"full": True}, {"eps": 0.01})
    ),
    Twin("gaussian_nll", gaussian, (draw(N, 2),), (one,)),
    Twin("gaussian_nll", gaussian, (draw(N, 6),), ones[1:], {"full": True, "eps": 1e-3}),
    Twin("bce", F.binary_cross_entropy, (torch.sigmoid(logits),), (marks(N, C),)),
    Twin("bce", F.binary_cross_entropy, (torch.sigmoid(logits),), (marks(N, C),), {}, {"weight": weight}),
    Twin("bce", F.binary_cross_entropy, (torch.sigmoid(one),), (torch.sigmoid(draw(N, seed=4)),)),
    Twin("bce_with_logits", F.binary_cross_entropy_with_logits, (one,), (marks(N),)),
    Twin("bce_with_logits", F.binary_cross_entropy_with_logits, (logits,), (torch.sigmoid(deep[:, :, 0, 0]),)),
    Twin(
        "bce_with_logits",
        F.binary_cross_entropy_with_logits,
        (logits,),
        (marks(N, C),),
        {},
        {"pos_weight": pos_weight, "weight": weight},
    ),
    Twin("bce_with_logits", F.binary_cross_entropy_with_logits, (one,), (marks(N),), {}, {"pos_weight": weight[:1]}),
    *(
        Twin("cross_entropy", F.cross_entropy, outputs, targets, numbers, options)
        for numbers in ({}, {"label_smoothing": 0.2})
        for options in ({}, {"weight": weight})
        for outputs, targets in (
            ((logits,), (classes,)),
            ((logits[0],), (classes[0],)),
            ((deep,), (deep_classes,)),
            ((logits,), (shares(N, C),)),
            ((deep,), (shares(N, C, 3, 2),)),
        )
    ),
    *(
        Twin("cross_entropy", F.cross_entropy, outputs, targets, numbers, {"ignore_index": ignored, **options})
        for numbers in ({}, {"label_smoothing": 0.2})
        for options in ({}, {"weight": weight})
        for outputs, targets, ignored in (((logits,), (holes,), -100), ((deep,), (deep_holes,), 3))
    ),
    *(
        Twin("nll", F.nll_loss, (torch.log_softmax(outputs, 1),), (targets,), {}, options)
        for options in ({}, {"weight": weight}, {"weight": weight, "ignore_index": 3}, {"ignore_index": 3})
        for outputs, targets in ((logits, classes), (deep, deep_classes))
    ),
    Twin("kl_divergence", kl_div, (torch.log_softmax(logits, 1),), (shares(N, C),)),
    Twin(
        "kl_divergence",
        kl_div,
        (torch.log_softmax(logits, 1),),
        (torch.log_softmax(draw(N, C, seed=3), 1),),
        {"log_target": True},
    ),
    Twin("soft_margin", F.soft_margin_loss, ones[:1], (signs(N, 3),)),
    Twin("soft_margin", F.soft_margin_loss, (one,), (signs(N),)),
    *(
        Twin("multi_margin", F.multi_margin_loss, (logits,), (classes,), {"p": p, "margin": margin}, options)
        for p, margin in ((1, 1.0), (2, 0.7))
        for options in ({}, {"weight": weight})
    ),
    Twin("multilabel_margin", F.multilabel_margin_loss, (logits,), (labels(N),)),
    Twin("multilabel_margin", F.multilabel_margin_loss, (logits[1],), (labels(N)[1],)),
    Twin("multilabel_soft_margin", F.multilabel_soft_margin_loss, (logits,), (marks(N, C),)),
    Twin("multilabel_soft_margin", F.multilabel_soft_margin_loss, (logits,), (marks(N, C),), {}, {"weight": weight}),
    Twin("cosine_embedding", F.cosine_embedding_loss, vectors, (signs(N),)),
    Twin("cosine_embedding", F.cosine_embedding_loss, vectors, (signs(N),), {"margin": -0.3}),
    Twin("hinge_embedding", F.hinge_embedding_loss, (one.abs(),), (signs(N),), {"margin": 1.3}),
    Twin("hinge_embedding", F.hinge_embedding_loss, (logits.abs(),), (signs(N, C),)),
    Twin("margin_ranking", F.margin_ranking_loss, (one, draw(N, seed=8)), (signs(N),)),
    Twin("margin_ranking", F.margin_ranking_loss, ones, (signs(N, 3),), {"margin": 0.4}),
    *(
        Twin("triplet_margin", F.triplet_margin_loss, (*vectors, draw(N, C, seed=8)), (), numbers)
        for numbers in ({}, {"margin": 0.3, "p": 1.0}, {"p": 3.5, "margin": 2.0}, {"swap": True}, {"eps": 1e-3})
    ),
    Twin("ctc", F.ctc_loss, (frames,), (symbols, lengths, counts)),
    Twin("ctc", F.ctc_loss, (frames,), impossible, {"zero_infinity": True}),
    Twin("ctc", F.ctc_loss, (frames,), (symbols.flatten()[:9], lengths, counts)),
    Twin("adaptive_log_softmax", adaptive, (draw(N, 9),), (whole(7, N),), {"cutoffs": (3, 5)}),
    Twin("adaptive_log_softmax", adaptive, (draw(N, 8),), (whole(7, N),), {"cutoffs": (2,)}),
]


def test_every_loss_that_torch_has_is_compared_with_torchs():
    assert {twin.name for twin in TWINS} == {loss.name for loss in LOSSES if loss.twin}


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("twin", TWINS, ids=str)
def test_a_loss_is_torchs(twin, reduction):
    """Within 1e-9, float64; the gradient of ctc behind a log-softmax, where torch's own is one."""
    ours = LOSSES(twin.name, **twin.numbers)
    behind = (lambda z: torch.log_softmax(z, 2)) if twin.name == "ctc" else (lambda z: z)
    leaves = [outputs.clone().requires_grad_() for outputs in twin.outputs]
    linked = [behind(leaf) for leaf in leaves]
    expected = twin.theirs(*linked, *twin.others, **twin.numbers, **twin.options, reduction=reduction)
    expected.sum().backward()

    given = [each.detach() for each in linked]
    found = ours(*given, *twin.others, **twin.options, reduction=reduction)
    torch.testing.assert_close(found, expected.detach(), rtol=1e-9, atol=1e-9)
    gradients = ours.gradient(*given, *twin.others, **twin.options, reduction=reduction)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    if twin.name == "ctc":
        gradients = (gradients[0] - given[0].exp() * gradients[0].sum(2, keepdim=True),)
    for gradient, leaf in zip(gradients, leaves, strict=True):
        torch.testing.assert_close(gradient, leaf.grad, rtol=1e-9, atol=1e-9)
