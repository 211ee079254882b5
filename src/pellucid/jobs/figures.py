"""Figures of what is there: a run, a comparison, trained networks, a learning-rate range test."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid.errors import UsageError
from pellucid.experiments.outcome import Outcome
from pellucid.figures import FigureData, save
from pellucid.figures.gif import save_gif
from pellucid.figures.learning import ERROR_LABELS, Learned, curves_figure, learned_from
from pellucid.figures.rate_range import rate_range_figure
from pellucid.figures.runs import RUN_FIGURES, RunFigure, RunFolder, find_figure, open_folder
from pellucid.figures.runs.trained import learned, no_curves
from pellucid.training import LRRangeTest
from pellucid.training.result import TrainResult

__all__ = ["DrawnFigure", "RunView", "figure", "look_at_run"]

_FRAME = 150
"""Milliseconds of one epoch in a GIF."""


@dataclass(frozen=True)
class DrawnFigure:
    """One figure, and the file that it was drawn into."""

    name: str
    figure: FigureData
    file: Path


@dataclass(frozen=True)
class RunView:
    """A run, and what can be seen of it.

    Attributes:
        folder: Its folder.
        figures: Every kind of figure, with the reason why this run cannot have it; empty where it can.
        drawn: Figures that were asked for.
    """

    folder: RunFolder
    figures: tuple[tuple[RunFigure, str], ...]
    drawn: tuple[DrawnFigure, ...]


def look_at_run(run: str | Path, plots: Sequence[Path] = (), **options: Any) -> RunView:
    """What figures a run or a comparison has, and those drawn that are asked for.

    Args:
        run: Folder, record, or name below ``runs/``.
        plots: Files to draw; the stem of each names its figure: ``curves.png``, ``out/roc.svg``.
        options: Ways to look, as in ``figure``; None is left out.

    Raises:
        UnknownNameError: If a stem is no figure; offers the nearest.
        UsageError: If there is no such run, or it cannot have a figure, or no figure takes an option.
        DataError: If a file of the run cannot be read.
        SurroundingsError: If matplotlib is not installed, or a file cannot be written.
    """
    folder = open_folder(run)
    given = {name: value for name, value in options.items() if value is not None}
    asked = [(find_figure(plot.stem), plot) for plot in plots]
    for name in given:
        if not any(name in kind.takes for kind, _ in asked):
            takers = " or ".join(f"--plot {kind.name}.png" for kind in RUN_FIGURES if name in kind.takes)
            raise UsageError(f"--{name} belongs to {takers or 'no figure of a run'}. Leave it out.")
    # All are computed before the first is drawn: a wrong one leaves no half of the files.
    made = [
        (kind, _made(folder, kind, {name: given[name] for name in kind.takes if name in given}), plot)
        for kind, plot in asked
    ]
    for kind, found, plot in made:
        _save(folder, kind, found, plot)
    return RunView(
        folder,
        tuple((kind, kind.why_not(folder)) for kind in RUN_FIGURES),
        tuple(DrawnFigure(kind.name, found, plot) for kind, found, plot in made),
    )


def figure(of: Any, name: str | None = None, *, file: str | Path | None = None, **options: Any) -> FigureData:
    """A figure in numbers: arrays, a table, and sentences that say what is to be seen. ``pl.draw`` draws it.

    Args:
        of: A run or a comparison (as ``fit`` and ``compare`` return it, its folder, or its name below ``runs/``);
            several runs in a list for their learning curves; what ``train`` or ``lr_range_test`` returned.
        name: Which figure: curves, confusion, roc, precision_recall, calibration, fit, residuals, boundary, layers,
            replay, weights, images, network, loss_surface, comparison, critical_difference or path; None:
            ``comparison`` of a comparison, else curves.
        file: A .png, .svg or .pdf to draw it into as well, of a replay also a .gif; needs matplotlib.
        options: Of ``boundary``: ``columns``, two names; ``fill``, ``slice``, ``plane`` or ``nearest``; ``source``, the
            run's table, where it is not to be found any more.

    Raises:
        UnknownNameError: If there is no such figure; offers the nearest.
        UsageError: If there is no such run, or it cannot have that figure.
        DataError: If a file of the run cannot be read.
        SurroundingsError: If matplotlib is wanted and not installed, or the file cannot be written.
    """
    found, moving = _figure(of, name, options)
    if file is not None:
        if moving is None:
            save(found, Path(file))
        else:
            _save(*moving, found, Path(file))
    return found


def _save(folder: RunFolder, kind: RunFigure, found: FigureData, file: Path) -> None:
    """Draw one picture, or every frame of what moves."""
    if kind.frames is not None and file.suffix.lower() == ".gif":
        save_gif(kind.frames(folder), file, _FRAME)
    else:
        save(found, file)


def _figure(
    of: Any, name: str | None, options: dict[str, Any]
) -> tuple[FigureData, tuple[RunFolder, RunFigure] | None]:
    """The figure, and what it is of where it belongs to one run."""
    if isinstance(of, LRRangeTest):
        _require(name, "lr_range", options)
        return rate_range_figure(of), None
    if isinstance(of, TrainResult):
        _require(name, "curves", options)
        return curves_figure([_trained(of)]), None
    if isinstance(of, list | tuple):
        _require(name, "curves", options)
        return curves_figure([_learned(each) for each in of]), None
    if not isinstance(of, str | Path | Outcome):
        raise UsageError(
            f"A figure shows a run, its folder, a list of runs, or what train or lr_range_test returned, found {of!r}."
        )
    folder = open_folder(of.path if isinstance(of, Outcome) else of)
    kind = find_figure(name or ("curves" if folder.comparison is None else "comparison"))
    for option in options:
        if option not in kind.takes:
            raise UsageError(f"The figure {kind.name} takes no {option}. Leave it out.")
    return _made(folder, kind, options), (folder, kind)


def _made(folder: RunFolder, kind: RunFigure, options: dict[str, Any]) -> FigureData:
    # Who brings the table need not have left it where it was.
    reason = "" if "source" in options else kind.why_not(folder)
    if reason:
        able = [each.name for each in RUN_FIGURES if not each.why_not(folder)]
        raise UsageError(f"{folder.path} cannot have the figure {kind.name}. {reason} It can have: {', '.join(able)}.")
    return kind.make(folder, **options)


def _require(name: str | None, only: str, options: dict[str, Any]) -> None:
    if name not in (None, only) or options:
        raise UsageError(f"The only figure of this is {only}, without options, found {name or ', '.join(options)}.")


def _learned(run: Any) -> Learned:
    if isinstance(run, TrainResult):
        return _trained(run)
    folder = open_folder(run.path if isinstance(run, Outcome) else run)
    if folder.run is None:
        raise UsageError(f"{folder.path} is a comparison; curves side by side are of runs. Name its folder alone.")
    reason = no_curves(folder)
    if reason:
        raise UsageError(f"{folder.path} has no learning curves. {reason}")
    return learned(folder)


def _trained(result: TrainResult) -> Learned:
    kinds = {objective.task for objective in result.objectives}
    monitors = {recipe.monitor for recipe in result.recipes}
    networks = len(result.recipes)
    return learned_from(
        result.history,
        f"{networks} network{'s' if networks > 1 else ''}",
        error_label=ERROR_LABELS.get(kinds.pop(), "") if len(kinds) == 1 else "",
        best=result.per_member("best_epoch"),
        monitored=monitors.pop() if len(monitors) == 1 else "",
    )
