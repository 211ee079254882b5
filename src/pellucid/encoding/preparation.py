"""Preparation: how columns shall become numbers; the options of an encoding, before any row was seen."""

from typing import Annotated, Literal, TypeAlias

import msgspec

__all__ = ["ONE_HOT_CAP", "Preparation", "Scaling"]

Scaling: TypeAlias = Literal["standard", "robust_clip"]

ONE_HOT_CAP = 100
"""Most levels that get a column of their own when nothing is embedded; the rarer ones share one."""


class Preparation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of an encoding.

    Attributes:
        scaling: ``standard``: numbers minus mean over standard deviation, one-hot columns as they are;
            ``robust_clip``: every dense column minus median over interquartile range, then a smooth clip to ±3
            (RealMLP, arXiv 2407.04491, §3).
        one_hot_levels: Categories with at most so many levels become one-hot columns; ≥ 0.
        hash_above: Categories with more levels share hashed buckets; those between get a learned embedding.
        hash_buckets: Buckets of such a column; ≥ 1.
        embed: False makes every category one-hot, the most frequent 100 levels at most.
    """

    scaling: Scaling = "standard"
    one_hot_levels: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 8
    hash_above: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 1000
    hash_buckets: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 256
    embed: bool = True
