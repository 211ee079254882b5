"""The loss that the best constant would have: what a run has to beat before it has learned anything."""

import math

import torch
from torch import Tensor

from pellucid.doctor.facts import BY_HAND, Backward, LossSite, Session

__all__ = ["best_constant_loss", "trivial_loss"]

SAME_SCALE = 0.01
"""Relative difference up to which the loss and what ``backward`` was called on count as the same but for a factor."""


def trivial_loss(session: Session, line: Backward) -> float | None:
    """Loss of the best constant in the unit of what ``backward`` was called on; None if it cannot be told.

    It cannot where several losses were trained, the loss was put together by hand, or something was added to it.
    """
    sites = [site for site in session.losses if site.trained]
    if len(sites) != 1 or sites[0].kind == BY_HAND or not sites[0].training:
        return None
    factor = _factor(sites[0], line)
    target = _targets(session, sites[0])
    if factor is None or target is None:
        return None
    loss = best_constant_loss(sites[0], target)
    return None if loss is None else loss * factor


def _factor(site: LossSite, line: Backward) -> float | None:
    """What the loss was multiplied by before ``backward``, such as 1/k for accumulation; None if that varies."""
    calls = [call for call in site.training if call.value.numel() == 1]
    given: dict[int, float] = {}  # the first of every step
    for step, value in zip(line.steps[:1000], line.values[:1000], strict=False):
        if value.numel() == 1:
            given.setdefault(step, float(value))
    losses: dict[int, float] = {}
    for call in calls:
        losses.setdefault(call.step, float(call.value))
    pairs = [(loss, given[step]) for step, loss in losses.items() if step in given and loss != 0]
    factors = [value / loss for loss, value in pairs if math.isfinite(value) and math.isfinite(loss)]
    if not factors:
        return None
    middle = sorted(factors)[len(factors) // 2]
    return middle if all(abs(each - middle) <= SAME_SCALE * abs(middle) for each in factors) else None


def _targets(session: Session, site: LossSite) -> Tensor | None:
    """As many targets as were kept, as the loss was given them."""
    call = site.training[0]
    seen = session.models[call.model] if call.model is not None and call.model < len(session.models) else None
    if seen is not None and seen.targets is not None and seen.targets.shape[1:] == torch.Size(call.target_shape[1:]):
        return seen.targets
    kept = [each.target for each in site.training if each.target is not None]
    alike = [each for each in kept if each.shape[1:] == kept[0].shape[1:]]
    return torch.cat(alike) if alike and alike[0].dim() else None


def best_constant_loss(site: LossSite, target: Tensor) -> float | None:
    """Loss of the best constant prediction, with the loss's own options.

    Cross-entropy: entropy of the shares of the classes; binary cross-entropy: the same, output by output; squared
    error: variance; absolute error: mean distance from the median. None for losses without such a constant.
    """
    if target.numel() == 0 or not torch.isfinite(target.double()).all():
        return None
    loss = _mean_loss(site, target)
    if loss is None or not math.isfinite(loss):
        return None
    reduction = site.options.get("reduction", "mean")
    if reduction == "sum" and site.options.get("weight") is not None:
        return None  # it counts every row by its weight
    if reduction == "sum":
        shape = site.training[0].target_shape
        rows = shape[0] if shape else 1
        # Classes count once a row, numbers once each.
        is_classes = site.kind in ("cross_entropy", "nll_loss", "kl_div")
        return loss * (rows if is_classes else math.prod(shape))
    return loss


def _mean_loss(site: LossSite, target: Tensor) -> float | None:
    wide = target.double()
    if site.kind in ("cross_entropy", "nll_loss"):
        return _class_entropy(site, target)
    if site.kind in ("binary_cross_entropy", "binary_cross_entropy_with_logits"):
        return _binary_entropy(site, wide)
    if site.kind == "mse_loss":
        return float(wide.var(0, unbiased=False).mean())
    if site.kind == "l1_loss":
        return float((wide - wide.median(0).values).abs().mean())
    if site.kind in ("smooth_l1_loss", "huber_loss"):
        return _huber(site, wide)
    if site.kind == "kl_div" and site.options.get("reduction") == "batchmean" and not site.options.get("log_target"):
        mean = wide.mean(0)
        return float((torch.xlogy(wide, wide) - torch.xlogy(wide, mean)).sum(-1).mean())
    return None


def _class_entropy(site: LossSite, target: Tensor) -> float | None:
    shape = site.training[0].output_shape
    classes = shape[1] if len(shape) > 1 else None
    if classes is None:
        return None
    if target.is_floating_point():
        shares = target.double().flatten(1).mean(0) if target.dim() == 2 else None
    else:
        kept = target.flatten()
        kept = kept[(kept >= 0) & (kept < classes)]  # ignore_index, -100 by default, lies outside
        shares = torch.bincount(kept, minlength=classes).double() if kept.numel() else None
    if shares is None:
        return None
    weight = site.options.get("weight")
    if isinstance(weight, Tensor) and weight.numel() == classes:
        shares = shares * weight.detach().double().cpu()
    shares = shares / shares.sum()
    smoothing = float(site.options.get("label_smoothing") or 0.0)
    shares = (1 - smoothing) * shares + smoothing / classes
    return float(-torch.xlogy(shares, shares).sum())


def _binary_entropy(site: LossSite, wide: Tensor) -> float | None:
    if wide.min() < 0 or wide.max() > 1 or site.options.get("weight") is not None:
        return None
    share = wide.mean(0)
    weight = site.options.get("pos_weight")
    positive = weight.detach().double().cpu() if isinstance(weight, Tensor) else torch.ones((), dtype=torch.float64)
    ones, zeros = positive * share, 1 - share
    best = ones / (ones + zeros)
    return float(-(torch.xlogy(ones, best) + torch.xlogy(zeros, 1 - best)).mean())


def _huber(site: LossSite, wide: Tensor) -> float:
    """At the mean or at the median, whichever is better: the best constant lies between them."""
    delta = float(site.options.get("delta") or site.options.get("beta") or 1.0)

    def loss(constant: Tensor) -> float:
        distance = (wide - constant).abs()
        near, far = 0.5 * distance**2, delta * (distance - 0.5 * delta)
        value = torch.where(distance <= delta, near, far).mean()
        return float(value / delta if site.kind == "smooth_l1_loss" else value)

    return min(loss(wide.mean(0)), loss(wide.median(0).values))
