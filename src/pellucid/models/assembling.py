"""Networks of any shapes as the parts of one model file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from pellucid.models.parts import Part, prefix
from pellucid.records import NetworkSpec, encode_json
from pellucid.shapes import Array

__all__ = ["Assembly", "Contribution", "assemble"]


@dataclass(frozen=True)
class Contribution:
    """A trained network and how much it counts.

    Attributes:
        network: Its layers.
        head: Choice of what turns its outputs into predictions.
        arrays: Its parameters of true shape, without a member axis, by the names of ``parameter_shapes``.
        weight: How much it counts beside the others, ≥ 0; one of 0 is left out.
    """

    network: NetworkSpec
    head: str
    arrays: Mapping[str, Array]
    weight: float = 1.0


class Assembly(NamedTuple):
    """What ``Manifest`` and ``write_model`` need of the networks.

    Attributes:
        fields: Of the manifest: ``Manifest(**assembly.fields, task=…, …)``.
        arrays: Stacked parameters of all parts, by the names that the file has for them.
    """

    fields: dict[str, Any]
    arrays: dict[str, Array]


def assemble(members: Sequence[Contribution]) -> Assembly:
    """Put networks that agree in layers and head into one part, parts in the order in which they first appear.

    Networks of one part that all count alike give the file that a single ensemble has always had.

    Args:
        members: At least one that counts.

    Raises:
        ValueError: If a weight is negative or not finite, or none is above 0.
    """
    if not all(0 <= member.weight < np.inf for member in members):
        raise ValueError("the weight of a network is 0 or above, and finite")
    grouped: dict[tuple[bytes, str], list[Contribution]] = {}
    for member in members:
        if member.weight:
            grouped.setdefault((encode_json(member.network), member.head), []).append(member)
    if not grouped:
        raise ValueError("no network counts, so there is nothing to predict with")
    stacks = list(grouped.values())
    arrays = {
        prefix(place) + name: np.stack([member.arrays[name] for member in own])
        for place, own in enumerate(stacks)
        for name in own[0].arrays
    }
    weights = tuple(float(member.weight) for own in stacks for member in own)
    first, *further = [Part(network=own[0].network, head=own[0].head, members=len(own)) for own in stacks]
    fields: dict[str, Any] = {"network": first.network, "members": first.members, "head": first.head}
    if further:
        fields["further"] = tuple(further)
    if len(set(weights)) > 1:
        fields["weights"] = weights
    if further or len(set(weights)) > 1:
        fields["version"] = 2
    return Assembly(fields, arrays)
