"""How many members of a shape train together, and what they take of memory."""

from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path

import torch

from pellucid.networks import INITIALIZERS, Network, padded
from pellucid.records import (
    ActivationLayer,
    DropoutLayer,
    FeatureLayer,
    LayerSpec,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    ScaleLayer,
)
from pellucid.training.batches import steps_per_epoch
from pellucid.training.setting import Setting
from pellucid.training.settling import Settled
from pellucid.training.stack import BLOCK

__all__ = ["SAMPLE_ROWS", "Footprint", "block_bytes", "footprint", "places_of", "training_bytes"]

# Rows that a data-driven initialisation looks at, at most.
SAMPLE_ROWS = 2048
# Without a word from the system: what a small laptop has.
_USUAL_CACHE = 8 << 20
# Of the last cache, for all cores together (measured: 64 members 32-64-64-16 on 5 MB cost 33 µs each, on 12 MB 45).
_CACHE_SHARE = 1 / 2
# Operations of a step cost about 3 µs to start, so that fewer members pay more for each, in the cache or not (measured
# for the recipe ``tabular``, 0.6 MB a member: 8 members cost 546 µs each, 16 404, 32 342, 64 310); more gain nothing.
_LEAST, _LEAST_OF_LARGE, _LARGE, _MOST = 32, 8, 1 << 20, 256
# A GPU has no cache to fit into, but memory: what is free of it, less what the allocator loses between its pieces.
_GPU_SHARE, _MOST_ON_A_GPU = 0.8, 1 << 14
# Plain Python of one member: its recipe, its layers as data, what was looked up for it.
_OBJECTS = 6_000
# Steps whose outputs are kept until their losses are worked out (``tally``).
_TALLIED = 64
# What follows was measured on stacks of 8 to 175 members of 6 shapes, from (32, 16) to (256, 256) and the recipe
# ``tabular``; ``benchmarks/memory`` has the figures of whole comparisons.
# Parameters, gradients and two moments, and on the way to another stack parts of them once more.
_STATES = 5
# Of what a pass leaves behind: that of the first step, of the one that is recorded, what that is replayed in, and the
# holes between them.
_PASSES = 4
# An epoch's plan for each row: its number, weight and the working out of both.
_PLANNED = 28


@dataclass(frozen=True)
class Footprint:
    """Bytes of one member.

    Attributes:
        step: What a step reads and writes.
        place: What it takes while it trains, at the peak.
        kept: What it takes from beginning to end: its best parameters and its history.
        state: Its parameters alone.
        block: What a block of rows takes that it is judged on.
        start: What its initialisation takes, one member after the other; 0 where it looks at no data.
    """

    step: int
    place: int
    kept: int
    state: int
    block: int = 0
    start: int = 0


def footprint(member: Settled, *, rows: int, validation: int, itemsize: int = 4, engine: str = "batched") -> Footprint:
    """Bytes that one member takes.

    Args:
        member: Any of its shape.
        rows: Units that it learns from.
        validation: Units that pick its epoch.
        itemsize: Bytes of a number: 4 or 8.
        engine: That takes its steps.
    """
    state = sum(prod(spec.shape) for spec in Network([member.network]).parameters)
    units, per_unit = padded(min(member.batch_size, rows)), member.objective.target.rows
    batch = units * per_unit
    widths = waves = 0
    for layer in member.network.layers:
        if isinstance(layer, FeatureLayer):
            widths += 2 * padded(layer.outputs)
            waves = layer.numeric * layer.frequencies
        elif isinstance(layer, LinearLayer | ActivationLayer):
            widths += padded(layer.outputs)
    steps = steps_per_epoch(rows, member.batch_size, drop_last=member.recipe.drop_last)
    # Values and gradients, each about once; angles, cosines and sines of number embeddings.
    step = itemsize * (5 * state + batch * (2 * widths + 4 * waves))
    trained = sum(_left(layer, drops=member.recipe.dropout > 0) for layer in member.network.layers)
    block = block_bytes(member.network, itemsize=itemsize) * per_unit // BLOCK
    place = itemsize * _STATES * state + _PLANNED * (units * steps + validation)
    place += block * padded(min(BLOCK, validation)) if validation else 0
    if engine != "compiled":
        # A compiled epoch has memory for one member at a time.
        place += itemsize * (_PASSES * batch * trained + 3 * _TALLIED * units * member.objective.outputs)
    looks = INITIALIZERS(member.recipe.initialisation).entry.looks_at_data
    history = 6 * 8 * member.recipe.epochs
    return Footprint(
        step,
        place,
        itemsize * state + 2 * history + _OBJECTS,
        itemsize * state,
        block * BLOCK,
        2 * block * padded(min(SAMPLE_ROWS, rows)) if looks else 0,
    )


def block_bytes(network: NetworkSpec, *, itemsize: int = 4) -> int:
    """Bytes that a network takes while it is judged on a block of ``stack.BLOCK`` rows."""
    left = sum(_left(layer, drops=False) for layer in network.layers)
    # Beside what layers leave behind, an activation works on a few values of its width at a time.
    widest = max((padded(layer.width) for layer in network.layers if hasattr(layer, "width")), default=16)
    return itemsize * BLOCK * (left + 2 * widest)


def _left(layer: LayerSpec, *, drops: bool) -> int:
    """Values that a layer leaves behind for every row, for the backward pass or for the next layer."""
    match layer:
        case FeatureLayer():
            # Angles, cosines and sines.
            return padded(layer.outputs) + 3 * layer.numeric * layer.frequencies
        case LinearLayer():
            return padded(layer.outputs)
        case ActivationLayer():
            return padded(layer.outputs) * (3 if layer.parametric else 1)
        case NormLayer():
            return 2 * padded(layer.width)
        case ScaleLayer():
            return padded(layer.width)
        case DropoutLayer():
            # The mask, and what it leaves.
            return 2 * padded(layer.width) if drops else 0
    return 0


def places_of(one: Footprint, cores: int, setting: Setting) -> int:
    """Members that train together on one core, at most: as many as its cache (a GPU's memory) holds, within reason."""
    if setting.device != "cpu":
        free, _ = torch.cuda.mem_get_info(setting.device)
        return int(min(max(_GPU_SHARE * free // one.place, 1), _MOST_ON_A_GPU))
    room = last_cache() * _CACHE_SHARE / cores
    return int(min(max(room // one.step, _LEAST_OF_LARGE if one.step > _LARGE else _LEAST), _MOST))


def training_bytes(one: Footprint, *, members: int, cores: int, setting: Setting) -> int:
    """Bytes that training so many members of one shape takes at its peak, the table aside."""
    there = min(members, cores * places_of(one, cores, setting))
    return members * one.kept + max(there * one.place, min(members, cores) * one.start)


@cache
def last_cache() -> int:
    """Bytes of the processor's last cache."""
    sizes = []
    for index in Path("/sys/devices/system/cpu/cpu0/cache").glob("index*/size"):
        text = index.read_text().strip()
        if text.endswith("K"):
            sizes.append(int(text[:-1]) << 10)
        elif text.endswith("M"):
            sizes.append(int(text[:-1]) << 20)
    return max(sizes, default=_USUAL_CACHE)
