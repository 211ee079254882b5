"""Write a model file."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pellucid.errors import TrainingError
from pellucid.models.header import EMPTY_DIGEST, LONGEST_MANIFEST, encode, layout
from pellucid.models.manifest import Manifest
from pellucid.printable import grouped
from pellucid.records import encode_json, write_whole
from pellucid.shapes import Array

__all__ = ["write_model"]


def write_model(path: Path | str, manifest: Manifest, arrays: Mapping[str, Array]) -> None:
    """Write manifest and stacked parameters as one safetensors file, whole or not at all.

    Args:
        path: The file; its folder is made if need be.
        manifest: What the file promises.
        arrays: Parameters ``[m, …]`` by the names of ``parameter_shapes``.

    Raises:
        ValueError: If the arrays are not those that the manifest promises.
        TrainingError: If a value is not finite, or the categories are too many for a manifest.
        SurroundingsError: If the file cannot be written.
    """
    tensors = layout(manifest)
    if arrays.keys() != tensors.keys():
        raise ValueError(f"the manifest promises {sorted(tensors)}, found {sorted(arrays)}")
    parts: list[bytes] = []
    for name, (shape, _, _) in tensors.items():
        values = np.ascontiguousarray(arrays[name], dtype="<f4")
        if values.shape != shape:
            raise ValueError(f"parameter {name} should have shape {shape}, found {values.shape}")
        if not np.isfinite(values).all():
            raise TrainingError(
                f"Parameter {name} holds values that are not finite, so the model was not saved. Train again with a "
                "smaller learning rate (--lr)."
            )
        parts.append(values.tobytes())
    described = encode_json(manifest)
    if len(described) > LONGEST_MANIFEST:
        raise TrainingError(
            f"The model's description takes {grouped(len(described))} bytes, more than the "
            f"{grouped(LONGEST_MANIFEST)} that a model "
            "file may have. Leave out the columns with the most distinct values (--drop COLUMN)."
        )
    payload = b"".join(parts)
    # The digest covers every byte of the file but its own 64.
    digest = hashlib.sha256(encode(described, tensors, EMPTY_DIGEST))
    digest.update(payload)
    write_whole(Path(path), encode(described, tensors, digest.hexdigest()) + payload)
