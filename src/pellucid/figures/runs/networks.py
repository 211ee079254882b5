"""The networks of a run themselves: their weights as lines between units, and as images."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pellucid.errors import UsageError
from pellucid.evaluation import plural
from pellucid.figures.figure import FigureData
from pellucid.figures.network_diagram import network_diagram
from pellucid.figures.runs.folder import open_folder
from pellucid.figures.weight_images import weight_images
from pellucid.models import Manifest, Model
from pellucid.printable import quoted
from pellucid.records import (
    ActivationLayer,
    ActivityLayer,
    DropoutLayer,
    FeatureLayer,
    LinearLayer,
    NetworkSpec,
)
from pellucid.shapes import Floats

__all__ = ["diagram_of_run", "images_of_run"]

_SMALLEST = 4
"""Lines of an image; what is smaller is no image."""


def diagram_of_run(folder: str | Path) -> FigureData:
    """The first network that a run has saved, weight by weight.

    Args:
        folder: As in ``open_folder``.

    Raises:
        UsageError: If there is no saved network, or it has no linear layers.
    """
    model = open_folder(folder).model
    spec = model.manifest.network
    linear = _linear(spec)
    drawn = LinearLayer | FeatureLayer | ActivationLayer | DropoutLayer | ActivityLayer
    others = [each for each in spec.layers if not isinstance(each, drawn)]
    told = [f"The first of {model.manifest.count} networks." if model.manifest.count > 1 else ""]
    if others:
        told.append("Scales, norms and other layers between them are not drawn.")
    return network_diagram(
        [model.arrays[f"{number}.weight"][0] for number in linear],
        [model.arrays[f"{number}.bias"][0] for number in linear],
        inputs=_input_names(model.manifest, _layer(spec, linear[0]).inputs),
        outputs=_output_names(model.manifest, _layer(spec, linear[-1]).outputs),
        between=[_behind(spec, number) for number in linear],
        caption=" ".join(part for part in told if part),
    )


def images_of_run(folder: str | Path, shape: tuple[int, int] | None = None) -> FigureData:
    """The first layer's weights of a run on images, of the first network that it has saved.

    Every column of the table but the target is a pixel, in their order; one that the networks do not read, as it is
    always the same, stays empty.

    Args:
        folder: As in ``open_folder``.
        shape: (h, w) of the images; None: they are square.

    Raises:
        UsageError: If the columns are no pixels.
    """
    opened = open_folder(folder)
    model = opened.model
    manifest, spec = model.manifest, model.manifest.network
    linear = _linear(spec)
    pixels = [column for column in opened.record.columns if column.kind != "target"]
    side = math.isqrt(len(pixels))
    if shape is None and (side * side != len(pixels) or side < _SMALLEST):
        raise UsageError(
            f"The table has {plural(len(pixels), 'column')} beside the target, which make no square image. Weights as "
            "images are for runs on pixels alone, as many as 8 × 8 or 28 × 28."
        )
    rows = _rows_by_name(manifest)
    stray = next((column.name for column in pixels if column.used and column.name not in rows), None)
    if stray is not None:
        raise UsageError(f"{quoted(stray)} is not read as one number, so it is no pixel of an image.")
    seen = _seen_weights(model, linear[0])
    weights = np.full((len(pixels), seen.shape[1]), np.nan)
    for place, column in enumerate(pixels):
        if column.used:
            weights[place] = seen[rows[column.name]]
    empty = int(np.isnan(weights[:, 0]).sum())
    told = [f"The first of {manifest.count} networks." if manifest.count > 1 else ""]
    told += [f"{plural(empty, 'pixel')} that the networks do not read stay empty."] if empty else []
    names = _output_names(manifest, weights.shape[1]) if len(linear) == 1 else ()
    caption = " ".join(part for part in told if part)
    return weight_images(weights, shape or (side, side), names=names, caption=caption)


def _linear(spec: NetworkSpec) -> list[int]:
    found = [number for number, each in enumerate(spec.layers) if isinstance(each, LinearLayer)]
    if not found:
        raise UsageError("The networks have no linear layer, so there are no weights to draw.")
    return found


def _layer(spec: NetworkSpec, number: int) -> LinearLayer:
    layer = spec.layers[number]
    assert isinstance(layer, LinearLayer)
    return layer


def _behind(spec: NetworkSpec, number: int) -> str:
    """The activation that follows a linear layer before the next one."""
    for layer in spec.layers[number + 1 :]:
        if isinstance(layer, LinearLayer):
            break
        if isinstance(layer, ActivationLayer):
            return layer.name
    return "none"


def _seen_weights(model: Model, number: int) -> Floats:
    """The first layer's weights ``[i, units]`` with the factors that its inputs have before it."""
    weights = np.asarray(model.arrays[f"{number}.weight"][0], dtype=np.float64)
    for place in range(number):
        factor = model.arrays.get(f"{place}.factor")
        if factor is not None and len(factor[0]) == len(weights):
            weights = weights * np.asarray(factor[0], dtype=np.float64)[:, None]
    return weights


def _rows_by_name(manifest: Manifest) -> dict[str, int]:
    """Where a column stands among the first layer's inputs, if it is read as one number.

    Of an embedded number that is the path of the number itself; the cosines beside it have no pixel of their own.
    """
    first = manifest.network.layers[0]
    numeric = manifest.encoding.numeric
    each = first.embedding_size if isinstance(first, FeatureLayer) and first.frequencies else 1
    return {
        name: place * each if place < numeric else numeric * each + place - numeric
        for place, name in enumerate(manifest.encoding.input_names)
    }


def _input_names(manifest: Manifest, count: int) -> Sequence[str]:
    first = manifest.network.layers[0]
    names = list(manifest.encoding.input_names)
    if isinstance(first, FeatureLayer):
        each = first.embedding_size if first.frequencies else 1
        numbers = [
            name if place == 0 else f"{name} ({place + 1})" for name in names[: first.numeric] for place in range(each)
        ]
        codes = [f"{name} ({k + 1})" for name in manifest.encoding.coded_names for k in range(first.category_size)]
        names = [*numbers, *names[first.numeric :], *codes]
    return names if len(names) == count else ()


def _output_names(manifest: Manifest, count: int) -> Sequence[str]:
    if count == len(manifest.classes):
        return manifest.classes
    if count == 1:
        binary = len(manifest.classes) == 2
        return (manifest.classes[1] if binary else manifest.target,)
    return ()
