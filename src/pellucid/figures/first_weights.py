"""An initializer's weights as a histogram, and what becomes of the spread of values in a deep network with them."""

from collections.abc import Callable

import numpy as np

from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Bars, Curve, FigureData, Panel
from pellucid.figures.table import Table
from pellucid.networks.initializers import ChosenInitializer
from pellucid.shapes import Floats

__all__ = ["initializer_figure"]

_WIDTH, _LAYERS, _ROWS = 128, 20, 256
_BINS = 61
_WIDTHS = (16, 64, 128)
_BETWEEN: dict[str, Callable[[Floats], Floats]] = {
    "relu": lambda z: np.maximum(z, 0.0),
    "tanh": np.tanh,
    "identity": lambda z: z,
}


def initializer_figure(chosen: ChosenInitializer) -> FigureData | None:
    """Weights of a layer 128 → 128, and spreads through 20 such layers; None where training rows are needed."""
    if chosen.entry.looks_at_data:
        return None
    layers = [_weight(chosen, _WIDTH, seed) for seed in range(_LAYERS)]
    spreads = {name: _spreads(layers, apply) for name, apply in _BETWEEN.items()}
    weights = layers[0]
    reach = float(np.abs(weights).max()) or 1.0
    heights, edges = np.histogram(weights, bins=_BINS, range=(-1.05 * reach, 1.05 * reach), density=True)
    depth = np.arange(_LAYERS + 1, dtype=np.float64)
    drawn = [Curve(f"behind {name}", depth, spread, series=n) for n, (name, spread) in enumerate(spreads.items())]
    # A logarithmic axis has no 0.
    alive = all(bool((spread > 0).all()) for spread in spreads.values())
    relu = spreads["relu"][-1]
    return FigureData(
        title=f"{chosen}",
        panels=(
            Panel(
                Axis(f"weight, {_WIDTH} inputs"),
                Axis("density"),
                bars=Bars("weights", edges.astype(np.float64), heights.astype(np.float64)),
            ),
            Panel(Axis("layer"), Axis("spread of the values", logarithmic=alive), curves=drawn),
        ),
        alt=f"Weights of a layer with {_WIDTH} inputs, standard deviation {spoken(weights.std())}, and the spread of "
        f"values through {_LAYERS} such layers without biases: behind relu it goes from 1 to {spoken(relu)}.",
        table=_table(chosen),
        facts={"std": float(weights.std()), "largest": float(np.abs(weights).max()), "relu_spread": float(relu)},
    )


def _weight(chosen: ChosenInitializer, inputs: int, seed: int) -> Floats:
    drawn: Floats = chosen((inputs, _WIDTH), seed).astype(np.float64)
    return drawn


def _spreads(layers: list[Floats], apply: Callable[[Floats], Floats]) -> Floats:
    """Root mean squares of the values of 0, 1, … layers ``[layers + 1]``."""
    values: Floats = np.random.default_rng(1).standard_normal((_ROWS, _WIDTH))
    found = [1.0]
    for weight in layers:
        values = apply(values @ weight)
        found.append(float(np.sqrt(np.mean(values**2))))
    return np.array(found)


def _table(chosen: ChosenInitializer) -> Table:
    rows = []
    for inputs in _WIDTHS:
        weights = _weight(chosen, inputs, 0)
        rows.append((inputs, _WIDTH, float(weights.mean()), float(weights.std()), float(np.abs(weights).max())))
    return Table(("inputs", "outputs", "mean", "standard deviation", "largest"), tuple(rows))
