"""Every figure that a run or a comparison can have, by the name that a file's stem may carry."""

from collections.abc import Callable
from dataclasses import dataclass

from pellucid.errors import UnknownNameError
from pellucid.figures.figure import FigureData
from pellucid.figures.runs import compared, judged, trained
from pellucid.figures.runs.folder import RunFolder

__all__ = ["RUN_FIGURES", "RunFigure", "find_figure"]


@dataclass(frozen=True)
class RunFigure:
    """One kind of figure.

    Attributes:
        name: As the file's stem has it.
        shows: In a few words.
        why_not: Why this run cannot have it, as a sentence; empty where it can.
        make: Computes it, with options by name.
        takes: Names of these options.
        frames: Computes it epoch by epoch, for a GIF; None where it does not move.
    """

    name: str
    shows: str
    why_not: Callable[[RunFolder], str]
    make: Callable[..., FigureData]
    takes: tuple[str, ...] = ()
    frames: Callable[[RunFolder], list[FigureData]] | None = None


RUN_FIGURES: tuple[RunFigure, ...] = (
    RunFigure("curves", "losses and errors by epoch", trained.no_curves, trained.curves),
    RunFigure("confusion", "which class is taken for which", judged.no_confusion, judged.confusion),
    RunFigure("roc", "hits against false alarms", judged.no_probabilities, judged.roc),
    RunFigure("precision_recall", "precision against recall", judged.no_probabilities, judged.precision_recall),
    RunFigure("calibration", "probabilities against what came true", judged.no_probabilities, judged.calibration),
    RunFigure("fit", "predicted against true numbers", judged.no_numbers, judged.fit),
    RunFigure("residuals", "what predictions leave", judged.no_numbers, judged.residuals),
    RunFigure(
        "boundary",
        "predictions over two columns",
        trained.no_boundary,
        trained.boundary,
        takes=("columns", "fill", "source"),
    ),
    RunFigure(
        "replay",
        "predictions while training; a .gif moves",
        trained.no_replay,
        trained.replay,
        frames=trained.replay_pictures,
    ),
    RunFigure("layers", "gradients, movement and silent units", trained.no_layers, trained.layers),
    RunFigure("weights", "histograms of every layer's weights", trained.no_weights, trained.weights),
    RunFigure("images", "the first layer's weights as images", trained.no_images, trained.images),
    RunFigure("network", "layers, units and weights", trained.no_diagram, trained.diagram),
    RunFigure("loss_surface", "the loss around the solution", trained.no_surface, trained.surface, takes=("source",)),
    RunFigure("comparison", "variants with their intervals", compared.no_comparison, compared.comparison),
    RunFigure("critical_difference", "mean ranks, and who is alike", compared.no_ranks, compared.critical_difference),
    RunFigure("path", "scores along a strength", compared.no_path, compared.path),
)


def find_figure(name: str) -> RunFigure:
    """The figure of that name; letter case is ignored, and ``precision-recall`` is ``precision_recall``.

    Raises:
        UnknownNameError: If there is none; offers the nearest.
    """
    plain = name.strip().casefold().replace("-", "_").replace(" ", "_")
    for figure in RUN_FIGURES:
        if figure.name == plain:
            return figure
    raise UnknownNameError("figure of a run called", name, [figure.name for figure in RUN_FIGURES])
