"""The header of a model file: a safetensors file whose metadata hold the manifest and a digest of everything.

A safetensors file is 8 bytes (length of the header, little-endian), the header (JSON), and the tensors' bytes one after
another. All the rest of the layout follows from the manifest, so the header can be computed and compared; nothing in
it is believed.
"""

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

import msgspec

from pellucid.models.manifest import Manifest
from pellucid.models.parts import prefix
from pellucid.records import parameter_shapes

__all__ = ["EMPTY_DIGEST", "LONGEST_HEADER", "LONGEST_MANIFEST", "PREFIX", "Tensors", "decode", "describe", "layout"]

PREFIX = 8
LONGEST_MANIFEST = 8 * 2**20
LONGEST_HEADER = 2 * LONGEST_MANIFEST + 2**20
EMPTY_DIGEST = "0" * 64
"""Stands where the digest will be while the digest is computed."""

Tensors = dict[str, tuple[tuple[int, ...], int, int]]
"""Name → shape, first byte and end within the payload."""

_ITEM = 4
_ALIGNMENT = 8


def layout(manifest: Manifest) -> Tensors:
    """Where each stacked parameter ``[m, …]`` stands, part after part in the order of the layers, without gaps."""
    tensors: Tensors = {}
    at = 0
    for place, part in enumerate(manifest.parts):
        start = prefix(place)
        for name, own in parameter_shapes(part.network).items():
            shape = (part.members, *own)
            end = at + math.prod(shape) * _ITEM
            tensors[start + name] = (shape, at, end)
            at = end
    return tensors


def describe(tensors: Tensors) -> dict[str, Any]:
    """The header's entries for these tensors."""
    return {
        name: {"dtype": "F32", "shape": list(shape), "data_offsets": [start, end]}
        for name, (shape, start, end) in tensors.items()
    }


def encode(manifest: bytes, tensors: Tensors, digest: str) -> bytes:
    """The first bytes of the file, length included, filled up with blanks so that the tensors are aligned."""
    metadata = {"manifest": manifest.decode(), "sha256": digest}
    header = msgspec.json.encode({"__metadata__": metadata, **describe(tensors)})
    header += b" " * (-len(header) % _ALIGNMENT)
    return len(header).to_bytes(PREFIX, "little") + header


def decode(header: bytes) -> dict[str, Any]:
    """The header as it stands; an object that names a key twice is refused, since two readers may see two things.

    Raises:
        ValueError: If it is not such JSON.
    """
    try:
        value = json.loads(header.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("it is not an object")
    return value


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice")
        found[key] = value
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
