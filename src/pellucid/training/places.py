"""How many members of a shape train together, and what they take of memory."""

from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path

from pellucid.networks import Network, padded
from pellucid.records import ActivationLayer, FeatureLayer, LinearLayer
from pellucid.training.batches import steps_per_epoch
from pellucid.training.setting import Setting
from pellucid.training.settling import Settled
from pellucid.training.stack import BLOCK

__all__ = ["Footprint", "footprint", "places_of", "training_bytes"]

# Without a word from the system: what a small laptop has.
_USUAL_CACHE = 8 << 20
# Of the last cache, for all cores together (measured: 64 members 32-64-64-16 on 5 MB cost 33 µs each, on 12 MB 45).
_CACHE_SHARE = 1 / 3
# Operations of a step cost about 2 µs to start, so that fewer members pay more for each; more gain nothing further.
_LEAST, _MOST = 8, 256
# Plain Python of one member: its recipe, its layers as data, what was looked up for it.
_OBJECTS = 6_000
# Steps whose outputs are kept until their losses are worked out (``tally``).
_TALLIED = 64


@dataclass(frozen=True)
class Footprint:
    """Bytes of one member.

    Attributes:
        step: What a step reads and writes.
        place: What it takes while it trains, at the peak.
        kept: What it takes from beginning to end: its best parameters and its history.
    """

    step: int
    place: int
    kept: int


def footprint(member: Settled, *, rows: int, validation: int, itemsize: int = 4) -> Footprint:
    """Bytes that one member takes.

    Args:
        member: Any of its shape.
        rows: Units that it learns from.
        validation: Units that pick its epoch.
        itemsize: Bytes of a number: 4 or 8.
    """
    state = sum(prod(spec.shape) for spec in Network([member.network]).parameters)
    units, per_unit = padded(min(member.batch_size, rows)), member.objective.target.rows
    batch, block = units * per_unit, padded(min(BLOCK, validation)) * per_unit
    widths = waves = 0
    for layer in member.network.layers:
        if isinstance(layer, FeatureLayer):
            widths += 2 * padded(layer.outputs)
            waves = layer.numeric * layer.frequencies
        elif isinstance(layer, LinearLayer | ActivationLayer):
            widths += padded(layer.outputs)
    steps = steps_per_epoch(rows, member.batch_size, drop_last=member.recipe.drop_last)
    outputs = member.objective.outputs
    # Values and gradients, each about once; angles, cosines and sines of number embeddings.
    step = itemsize * (5 * state + batch * (2 * widths + 4 * waves))
    # While a first pass is recorded, everything that it computes is there beside the memory that it is replayed in.
    moving = itemsize * batch * (6 * widths + 13 * waves)
    judging = itemsize * block * (3 * widths + 4 * waves)
    planned = units * steps * (8 + 2 * 8 + itemsize)
    tallied = _TALLIED * units * outputs * itemsize * 3
    # Parameters, gradients and two moments, and those on the way to another stack.
    place = (
        itemsize * 6 * state + max(moving + tallied, itemsize * batch * (3 * widths + 5 * waves) + judging) + planned
    )
    history = 6 * 8 * member.recipe.epochs
    return Footprint(step, place, itemsize * state + 2 * history + _OBJECTS)


def places_of(one: Footprint, cores: int, setting: Setting) -> int:
    """Members that train together on one core, at most: as many as the cache holds, within reason."""
    if setting.device != "cpu":
        return 1 << 14
    room = last_cache() * _CACHE_SHARE / cores
    return int(min(max(room // one.step, _LEAST), _MOST))


def training_bytes(one: Footprint, *, members: int, cores: int, setting: Setting) -> int:
    """Bytes that training so many members of one shape takes at its peak, the table aside."""
    there = min(members, cores * places_of(one, cores, setting))
    return members * one.kept + there * one.place


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
