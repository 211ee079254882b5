"""From a run's folder to figures of its training and its networks."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pellucid.errors import UsageError
from pellucid.figures.asked import BOUNDARY_TASKS
from pellucid.figures.figure import FigureData
from pellucid.figures.layer_history import layers_figure
from pellucid.figures.learning import ERROR_LABELS, Learned, curves_figure, learned_from, variant_curves_figure
from pellucid.figures.replay_frames import replay_frames
from pellucid.figures.runs.boundary import boundary_of_run
from pellucid.figures.runs.folder import RunFolder
from pellucid.figures.runs.ground import ground_of_run
from pellucid.figures.runs.networks import diagram_of_run, images_of_run
from pellucid.figures.standing import scored
from pellucid.figures.weight_histograms import weights_figure
from pellucid.records import LinearLayer
from pellucid.shapes import Floats

__all__ = [
    "boundary",
    "curves",
    "diagram",
    "images",
    "layers",
    "learned",
    "no_boundary",
    "no_curves",
    "no_diagram",
    "no_images",
    "no_layers",
    "no_replay",
    "no_surface",
    "no_table",
    "no_weights",
    "replay",
    "replay_pictures",
    "surface",
    "weights",
]


def no_curves(folder: RunFolder) -> str:
    """Why there are no learning curves."""
    if folder.comparison is not None:
        return "" if folder.curves else "The folder has no curves.jsonl."
    return "" if folder.epochs else "The folder has no metrics.jsonl, or nothing was trained."


def curves(folder: RunFolder) -> FigureData:
    """Learning curves of a run's members, or of the best compared variants."""
    if folder.comparison is not None:
        return variant_curves_figure(folder.curves, [each.name for each in scored(folder.comparison)])
    return curves_figure([learned(folder)])


def learned(folder: RunFolder) -> Learned:
    """How the members of a run learned."""
    run = folder.run
    assert run is not None
    return learned_from(
        folder.epochs,
        run.id,
        error_label=ERROR_LABELS.get(run.task, ""),
        best=[member.best_epoch for member in run.members],
        monitored=run.recipe.monitor,
    )


def no_replay(folder: RunFolder) -> str:
    """Why the training cannot be looked at again."""
    return "" if folder.replay is not None else "The folder has no replay.json, which runs of fit have."


def replay(folder: RunFolder) -> FigureData:
    """Predictions after the last epoch that was kept."""
    return replay_pictures(folder)[-1]


def replay_pictures(folder: RunFolder) -> list[FigureData]:
    """Predictions after every epoch that was kept."""
    assert folder.replay is not None
    return replay_frames(folder.replay)


def no_layers(folder: RunFolder) -> str:
    """Why there is nothing to be seen of the layers."""
    return "" if folder.layers else "The folder has no layers.jsonl, which runs of fit have."


def layers(folder: RunFolder) -> FigureData:
    """Layers while training."""
    return layers_figure(folder.layers)


def no_weights(folder: RunFolder) -> str:
    """Why there are no weights."""
    return "" if folder.model_path.is_file() else "The folder has no model.safetensors."


def weights(folder: RunFolder) -> FigureData:
    """Histograms of every linear layer's weights, of all networks that are saved."""
    found: dict[str, Floats] = {}
    manifest = folder.model.manifest
    for place, part in enumerate(manifest.parts):
        start = f"part{place + 1}." if place else ""
        linear = [(number, each) for number, each in enumerate(part.network.layers) if isinstance(each, LinearLayer)]
        for order, (number, layer) in enumerate(linear, start=1):
            of = f"part {place + 1}, " if len(manifest.parts) > 1 else ""
            name = f"{of}layer {order}: {layer.inputs} → {layer.outputs}"
            found[name] = folder.model.arrays[f"{start}{number}.weight"]
    return weights_figure(found)


def no_diagram(folder: RunFolder) -> str:
    """Why there is no diagram of the network."""
    return no_weights(folder) or _refusal(diagram_of_run, folder)


def diagram(folder: RunFolder) -> FigureData:
    """The first network's layers, units and weights."""
    return diagram_of_run(folder.path)


def no_images(folder: RunFolder) -> str:
    """Why weights are no images."""
    return no_weights(folder) or _refusal(images_of_run, folder)


def images(folder: RunFolder) -> FigureData:
    """The first layer's weights as images."""
    return images_of_run(folder.path)


def _refusal(made: Callable[[Path], FigureData], folder: RunFolder) -> str:
    """What speaks against a figure that costs little to compute."""
    try:
        made(folder.path)
    except UsageError as error:
        return error.message
    return ""


def no_boundary(folder: RunFolder) -> str:
    """Why there is no picture over two columns; what only a look at the model shows is said when it is drawn."""
    if _not_one_answer(folder):
        return _not_one_answer(folder)
    if not any(column.used and column.kind == "numeric" for column in folder.record.columns):
        return "No numeric column is among the inputs."
    return no_weights(folder) or no_table(folder)


def boundary(
    folder: RunFolder, columns: Sequence[str] | None = None, fill: str = "slice", source: Any = None
) -> FigureData:
    """Predictions over the plane of two columns; arguments as in ``boundary_of_run``."""
    return boundary_of_run(folder.path, columns, fill, source=source)


def no_surface(folder: RunFolder) -> str:
    """Why there is no loss around the solution; what only a look at the model shows is said when it is drawn."""
    return _not_one_answer(folder) or no_weights(folder) or no_table(folder)


def surface(folder: RunFolder, source: Any = None) -> FigureData:
    """The loss around the solution."""
    return ground_of_run(folder.path, source=source)


def _not_one_answer(folder: RunFolder) -> str:
    """Why predictions are neither classes nor one number."""
    task, targets = folder.record.task, folder.record.targets
    if task not in BOUNDARY_TASKS:
        return f"It is drawn of classes and of one number, and the task is {task}."
    return f"It is drawn of one target, and {len(targets)} are predicted." if len(targets) > 1 else ""


def no_table(folder: RunFolder) -> str:
    """Why the run's table is not to be had."""
    recorded = folder.record.source
    if recorded.path:
        found = Path(recorded.path).exists()
        return "" if found else f"It needs the run's table, and {recorded.path} is not there any more."
    if recorded.name.startswith("sklearn:"):
        return ""
    return "It needs the run's table, which was in memory. In Python: pl.figure(run, NAME, source=table)."
