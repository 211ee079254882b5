"""Question: all that decides a comparison's table of scores, as plain data; what only decides its pace stands apart."""

from typing import Any

import msgspec

from pellucid.encoding import Preparation
from pellucid.errors import UsageError
from pellucid.networks import Precision
from pellucid.records import Recipe, encode_json
from pellucid.training import Setting

__all__ = ["Question", "VariantPlan", "require_same"]


class VariantPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One recipe to be judged.

    Attributes:
        name: For people, unique.
        levels: Factor → its value for people.
        numbers: Factor → its value, where that is a number.
        recipe: Of its networks; the seed is replaced.
        preparation: Encoding options.
        target_expression: Choice of the target's re-expression; None standardises.
    """

    name: str
    levels: dict[str, str]
    numbers: dict[str, float] = {}
    recipe: Recipe
    preparation: Preparation
    target_expression: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a comparison asks. Equal questions have equal tables of scores, bit for bit, on one kind of processor.

    Attributes:
        pellucid: Version of the program.
        table: sha256 of the table.
        options: What the user asked for, as far as it decides anything.
        variants: What is compared.
        scheme: How folds are drawn: one of ``tables.folds``'s schemes.
        folds: How many.
        seeds: Repeats; each draws its own folds, and its networks' seeds.
        seed: Of everything that is drawn.
        halving: Whether successive halving picks the variants that are judged.
        device: Where networks train; another one rounds otherwise.
        precision: Of their matrix products.
    """

    pellucid: str
    table: str
    options: dict[str, Any]
    variants: tuple[VariantPlan, ...]
    scheme: str
    folds: int
    seeds: int
    seed: int
    halving: bool = False
    device: str = "cpu"
    precision: Precision = "float32"

    @property
    def setting(self) -> Setting:
        """How its networks train."""
        return Setting(device=self.device, precision=self.precision)

    def member_seed(self, repeat: int, fold: int) -> int:
        """Seed of the networks of one fold of one repeat: the same for all variants, which are so compared in pairs."""
        return self.seed * 1_000_003 + repeat * self.folds + fold


def require_same(before: Question, now: Question, folder: str) -> None:
    """Refuse to go on with a comparison that asked something else.

    Raises:
        UsageError: Says what differs.
    """
    told = [*_differences(before, now)]
    if told:
        raise UsageError(
            f"{folder} holds another comparison, and would not be continued but mixed up: {'; '.join(told[:4])}"
            f"{'; …' if len(told) > 4 else ''}. Choose another --out, or ask the same again."
        )


def _differences(before: Question, now: Question) -> list[str]:
    told = []
    if before.table != now.table:
        told.append("the table's content has changed")
    if before.pellucid != now.pellucid:
        told.append(f"it was begun by Pellucid {before.pellucid}, and this is {now.pellucid}")
    for name in sorted(before.options.keys() | now.options.keys()):
        old, new = before.options.get(name), now.options.get(name)
        if encode_json(old) != encode_json(new):
            told.append(f"{name} was {_shown(old)} and is {_shown(new)}")
    told += [
        f"{name} was {getattr(before, name)} and is {getattr(now, name)}"
        for name in ("scheme", "folds", "seeds", "seed", "halving")
        if name not in now.options and getattr(before, name) != getattr(now, name)
    ]
    if not told and before.variants != now.variants:
        # The same words that mean other recipes: a registry's default has changed.
        told.append("the same options mean other recipes now")
    return told


def _shown(value: Any) -> str:
    text = "not given" if value is None else encode_json(value).decode()
    return text if len(text) <= 80 else text[:77] + "…"
