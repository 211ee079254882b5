"""Named arrays in one file, as plain data: NumPy's archive, never with pickled objects in it."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pellucid.errors import ModelFileError
from pellucid.records import write_whole
from pellucid.shapes import Array

__all__ = ["read_arrays", "write_arrays"]


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write an archive whole or not at all; equal arrays give equal bytes.

    Raises:
        ValueError: If an array holds objects.
        SurroundingsError: If the file cannot be written.
    """
    if stray := [name for name, array in arrays.items() if array.dtype.hasobject]:
        raise ValueError(f"{stray[0]} holds objects; only plain numbers are written")
    buffer = io.BytesIO()
    # Not compressed: encoded rows and predictions are noise to a compressor, and reading them back takes longer.
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(arrays):
            # A ZipInfo by name alone has the same date always.
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asanyarray(arrays[name]), allow_pickle=False)
    write_whole(path, buffer.getbuffer())


def read_arrays(path: Path) -> dict[str, Array]:
    """Read an archive.

    Raises:
        ModelFileError: If it is damaged, or holds objects that would have to be unpickled.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise ModelFileError(str(path), f"it is no archive of plain arrays, or damaged ({error}).") from error
