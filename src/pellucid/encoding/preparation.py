"""Preparation: how columns shall become numbers; the options of an encoding, before any row was seen."""

from typing import Annotated

import msgspec

from pellucid.encoding.expressions import EXPRESSIONS

__all__ = ["ONE_HOT_CAP", "Preparation"]

ONE_HOT_CAP = 100
"""Most levels that get a column of their own when nothing is embedded; the rarer ones share one."""


class Preparation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of an encoding.

    Attributes:
        scaling: Choice of a re-expression for every column of numbers. ``robust_clip`` also takes every other dense
            column (indicators, booleans, one-hot columns), as RealMLP does (arXiv 2407.04491, section 3); beside all
            others those stay as they are.
        express: Columns of numbers with a re-expression of their own: name → choice.
        one_hot_levels: Categories with at most so many levels become one-hot columns; ≥ 0.
        hash_above: Categories with more levels share hashed buckets; those between get a learned embedding.
        hash_buckets: Buckets of such a column; ≥ 1.
        embed: False makes every category one-hot, the most frequent 100 levels at most.
    """

    scaling: str = "standard"
    express: dict[str, str] = {}
    one_hot_levels: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 8
    hash_above: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 1000
    hash_buckets: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 256
    embed: bool = True

    def __post_init__(self) -> None:
        # One way to write each choice: StandardScaler and standard are the same preparation.
        msgspec.structs.force_setattr(self, "scaling", str(EXPRESSIONS(self.scaling)))
        express = {name: str(EXPRESSIONS(choice)) for name, choice in self.express.items()}
        msgspec.structs.force_setattr(self, "express", express)
