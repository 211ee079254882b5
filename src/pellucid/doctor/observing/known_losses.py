"""The losses that PyTorch has: which of their arguments are output and target, and which are options."""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules.loss import _Loss

__all__ = ["KNOWN_LOSSES", "is_loss_module", "kind_of_module", "read_arguments"]

# Kind → names of its output and its target.
_ARGUMENTS = {
    "cross_entropy": ("input", "target"),
    "nll_loss": ("input", "target"),
    "binary_cross_entropy": ("input", "target"),
    "binary_cross_entropy_with_logits": ("input", "target"),
    "mse_loss": ("input", "target"),
    "l1_loss": ("input", "target"),
    "smooth_l1_loss": ("input", "target"),
    "huber_loss": ("input", "target"),
    "kl_div": ("input", "target"),
    "poisson_nll_loss": ("input", "target"),
    "gaussian_nll_loss": ("input", "target"),
    "cosine_embedding_loss": ("input1", "target"),
    "hinge_embedding_loss": ("input", "target"),
    "margin_ranking_loss": ("input1", "target"),
    "soft_margin_loss": ("input", "target"),
    "multi_margin_loss": ("input", "target"),
    "multilabel_margin_loss": ("input", "target"),
    "multilabel_soft_margin_loss": ("input", "target"),
    "triplet_margin_loss": ("anchor", None),
    "triplet_margin_with_distance_loss": ("anchor", None),
    "ctc_loss": ("log_probs", "targets"),
}

KNOWN_LOSSES: dict[Callable[..., Any], str] = {getattr(functional, kind): kind for kind in _ARGUMENTS}
"""Function → its kind."""

# Arguments that are data and no options.
_DATA = {"input", "input1", "input2", "target", "targets", "anchor", "positive", "negative", "log_probs", "var"}
_OLD = ("size_average", "reduce")  # what reduction was called before


def is_loss_module(module: nn.Module) -> bool:
    """Whether it is one of PyTorch's loss modules, or derived from one."""
    return isinstance(module, _Loss)


def kind_of_module(module: nn.Module) -> str | None:
    """Kind of a loss module's own class; None for a class that somebody derived."""
    name = type(module).__name__
    return _KIND_OF_CLASS.get(name) if type(module).__module__ == _Loss.__module__ else None


_KIND_OF_CLASS = {
    "CrossEntropyLoss": "cross_entropy",
    "NLLLoss": "nll_loss",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "MSELoss": "mse_loss",
    "L1Loss": "l1_loss",
    "SmoothL1Loss": "smooth_l1_loss",
    "HuberLoss": "huber_loss",
    "KLDivLoss": "kl_div",
    "PoissonNLLLoss": "poisson_nll_loss",
    "GaussianNLLLoss": "gaussian_nll_loss",
    "HingeEmbeddingLoss": "hinge_embedding_loss",
    "SoftMarginLoss": "soft_margin_loss",
    "MultiMarginLoss": "multi_margin_loss",
    "MultiLabelMarginLoss": "multilabel_margin_loss",
    "MultiLabelSoftMarginLoss": "multilabel_soft_margin_loss",
}


@cache
def _signature(kind: str) -> inspect.Signature:
    """Read when the loss is met: all of them would take 2 ms of every start."""
    return inspect.signature(getattr(functional, kind))


def read_arguments(
    kind: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Tensor | None, Tensor | None, dict[str, Any]]:
    """Output, target and options of a call, the old names of ``reduction`` translated.

    Raises:
        TypeError: If the function would not accept the arguments.
    """
    bound = _signature(kind).bind(*args, **kwargs)
    bound.apply_defaults()
    given = bound.arguments
    output_name, target_name = _ARGUMENTS[kind]
    output = given.get(output_name)
    target = given.get(target_name) if target_name else None
    options = {name: value for name, value in given.items() if name not in _DATA and name not in _OLD}
    size_average, reduce = (given.get(name) for name in _OLD)
    if size_average is not None or reduce is not None:
        means = (size_average is None or size_average) and (reduce is None or reduce)
        options["reduction"] = "mean" if means else ("sum" if reduce is None or reduce else "none")
    return (
        output if isinstance(output, Tensor) else None,
        target if isinstance(target, Tensor) else None,
        options,
    )
