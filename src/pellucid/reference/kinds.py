"""The kinds of things that can be shown: where each has its registry, and how one of them is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pellucid.catalogue import Registry
from pellucid.errors import UnknownNameError, UsageError
from pellucid.figures import FigureData

__all__ = ["KINDS", "Kind", "Viewing", "find_kind"]


@dataclass(frozen=True)
class Viewing:
    """How a thing is to be looked at; None leaves it to the figure.

    Attributes:
        surface: Choice of a test surface, for optimizers.
        lr: Learning rate on that surface.
        steps: Steps on that surface.
        epochs: Length of a schedule's run.
    """

    surface: str | None = None
    lr: float | None = None
    steps: int | None = None
    epochs: int | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """Names of what is not left open."""
        return tuple(name for name in ("surface", "lr", "steps", "epochs") if getattr(self, name) is not None)


@dataclass(frozen=True)
class Kind:
    """One kind.

    Attributes:
        name: In the singular; also its registry's own word.
        plural: As asked for on the command line.
        room: Module below ``pellucid`` that holds the registry.
        registry_name: Its name there.
        figure: ``(chosen, viewing) → figure data``, or None where it has none to draw; None for kinds without figures.
        takes: What of a viewing it looks at.
        hidden: Fields of its entries that concern the arithmetic alone.
    """

    name: str
    plural: str
    room: str
    registry_name: str
    figure: Callable[[Any, Viewing], FigureData | None] | None = None
    takes: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()

    @property
    def registry(self) -> Registry[Any, Any]:
        """The registry; its room is loaded when first asked for."""
        found: Registry[Any, Any] = getattr(import_module(f"pellucid.{self.room}"), self.registry_name)
        return found

    def check(self, viewing: Viewing) -> None:
        """Refuse what this kind does not look at.

        Raises:
            UsageError: If something is given that would be ignored.
        """
        for name in viewing.given:
            if name not in self.takes:
                owners = [kind.plural for kind in KINDS if name in kind.takes]
                belongs = f"belongs to {' and '.join(owners)} and not" if owners else "does not belong"
                raise UsageError(f"--{name} {belongs} to {self.plural}. Leave it out.")


def _activation(chosen: Any, viewing: Viewing) -> FigureData:
    from pellucid.figures.activation_curves import activation_figure

    return activation_figure(chosen)


def _loss(chosen: Any, viewing: Viewing) -> FigureData:
    from pellucid.figures.loss_curves import loss_figure

    return loss_figure(chosen)


def _optimizer(chosen: Any, viewing: Viewing) -> FigureData:
    from pellucid.figures.descent import descent_figure

    return descent_figure(chosen, surface=viewing.surface, lr=viewing.lr, steps=viewing.steps)


def _schedule(chosen: Any, viewing: Viewing) -> FigureData:
    from pellucid.figures.schedule_run import schedule_figure

    return schedule_figure(chosen, epochs=viewing.epochs)


def _penalty(chosen: Any, viewing: Viewing) -> FigureData | None:
    from pellucid.figures.penalty_curves import penalty_figure

    return penalty_figure(chosen)


def _initializer(chosen: Any, viewing: Viewing) -> FigureData | None:
    from pellucid.figures.first_weights import initializer_figure

    return initializer_figure(chosen)


def _expression(chosen: Any, viewing: Viewing) -> FigureData:
    from pellucid.figures.expression_curves import expression_figure

    return expression_figure(chosen)


def _surface(chosen: Any, viewing: Viewing) -> FigureData:
    from pellucid.figures.landscape import landscape_figure

    return landscape_figure(chosen)


KINDS = (
    Kind("activation", "activations", "activations", "ACTIVATIONS", _activation, hidden=frozenset({"draw_between"})),
    Kind(
        "loss",
        "losses",
        "objectives",
        "LOSSES",
        _loss,
        hidden=frozenset({"form", "skipped", "training_only"}),
    ),
    Kind("optimizer", "optimizers", "optimizers", "OPTIMIZERS", _optimizer, takes=("surface", "lr", "steps")),
    Kind("schedule", "schedules", "optimizers", "SCHEDULES", _schedule, takes=("epochs",), hidden=frozenset({"then"})),
    Kind("penalty", "penalties", "objectives.penalties", "PENALTIES", _penalty),
    Kind("initializer", "initializers", "networks", "INITIALIZERS", _initializer),
    Kind("expression", "expressions", "encoding.expressions", "EXPRESSIONS", _expression),
    Kind("head", "heads", "heads", "HEADS"),
    Kind("metric", "metrics", "evaluation.metrics", "METRICS"),
    Kind("surface", "surfaces", "figures.surfaces", "SURFACES", _surface, hidden=frozenset({"window"})),
)

# Words that mean the same, beside the singular, the plural and the British spelling.
_ALSO = {
    "regularizer": "penalty",
    "regularizers": "penalty",
    "regularization": "penalty",
    "optimization": "optimizer",
    "initialization": "initializer",
}


def find_kind(word: str) -> Kind:
    """The kind that a word names, in the singular, the plural, or the British spelling.

    Raises:
        UsageError: If it names an entry; says of which kind.
        UnknownNameError: If it names nothing; offers the nearest.
    """
    wanted = word.strip().casefold()
    for british, american in (("optimis", "optimiz"), ("initialis", "initializ"), ("regularis", "regulariz")):
        wanted = wanted.replace(british, american)
    wanted = _ALSO.get(wanted, wanted)
    for kind in KINDS:
        if wanted in (kind.name, kind.plural):
            return kind
    known = (*(kind.plural for kind in KINDS), "contract")
    owners = [kind for kind in KINDS if word in kind.registry]
    if owners:
        several = " and ".join(kind.plural for kind in owners)
        raise UsageError(f"{word!r} is one of the {several}. See it with: pellucid show {owners[0].name} {word}")
    raise UnknownNameError("list", word, known)
