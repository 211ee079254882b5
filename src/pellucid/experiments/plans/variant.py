"""Variant: one choice of a value for each factor, with a name that says what is special about it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pellucid.experiments.plans.factor import Level, level_texts

__all__ = ["Variant", "name_variants"]

_SAYS_LITTLE = ("none", "auto", "yes", "no")


@dataclass(frozen=True)
class Variant:
    """One recipe of a plan, as what it changes in the base.

    Attributes:
        name: Unique in its plan; what differs between variants: ``gelu``, ``lr 0.01`` or ``gelu, lr 0.01``.
        levels: Factor → its value for people, as in ``Factor.texts``.
        changes: Factor → its value, as ``variant_recipe`` takes it.
    """

    name: str
    levels: dict[str, str]
    changes: dict[str, Level]


def name_variants(columns: Mapping[str, Sequence[Level]]) -> tuple[Variant, ...]:
    """Variants with their names.

    A word that says by itself what it is stands alone (``gelu``, ``64-64``), all else with its factor (``lr 0.01``,
    ``norm none``). Factors that have the same value everywhere are not named, unless there are no others.

    Args:
        columns: Factor → its value in each variant.
    """
    texts = {name: level_texts(values) for name, values in columns.items()}
    named = [name for name in texts if len(set(texts[name])) > 1] or list(texts)
    owners = Counter(text for name in named for text in set(texts[name]))

    def say(name: str, text: str) -> str:
        alone = owners[text] == 1 and text not in _SAYS_LITTLE and not _is_number(text)
        return text if alone else f"{name} {text}"

    return tuple(
        Variant(
            ", ".join(say(name, texts[name][place]) for name in named),
            {name: texts[name][place] for name in columns},
            {name: values[place] for name, values in columns.items()},
        )
        for place in range(len(next(iter(columns.values()))))
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
