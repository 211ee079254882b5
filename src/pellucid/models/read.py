"""Read a model file that may come from a stranger.

Nothing is believed and nothing is run: sizes are compared with the file's own before anything is set aside for them,
names, shapes and positions are computed from the strictly typed manifest and compared, and a digest covers every byte.
"""

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np

from pellucid.errors import ModelFileError
from pellucid.models.header import (
    EMPTY_DIGEST,
    LONGEST_HEADER,
    LONGEST_MANIFEST,
    PREFIX,
    Tensors,
    decode,
    describe,
    layout,
)
from pellucid.models.manifest import FORMAT, VERSION, Manifest
from pellucid.models.model import Model
from pellucid.printable import grouped, printable, quoted
from pellucid.records import decode_json
from pellucid.shapes import Array
from pellucid.tables.paths import missing_file

__all__ = ["read_model"]

_DAMAGED = "It was cut short or changed on its way here; copy it again from where it was made."
_FOREIGN = "Use a file that `pellucid fit` wrote."
_HEX = re.compile(r"[0-9a-f]{64}")


class _Stamp(msgspec.Struct):
    """The part of a manifest that all versions share."""

    format: str
    version: int
    pellucid: str = "?"


class _RefusalError(Exception):
    """Why the file is refused."""


def read_model(path: Path | str, *, max_megabytes: int = 1024) -> Model:
    """Read a model file.

    Args:
        path: The file.
        max_megabytes: Largest file to read.

    Raises:
        DataError: If it is not there.
        ModelFileError: If it is damaged, made by a newer version, or promises what it does not keep.
    """
    shown = printable(os.fspath(path), limit=1000)
    try:
        with _opened(path) as file:
            return _read(file, max_megabytes * 2**20)
    except _RefusalError as refusal:
        raise ModelFileError(shown, str(refusal)) from None
    except FileNotFoundError:
        raise missing_file(Path(path)) from None
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or error}). Check the path and its permissions."
        raise ModelFileError(shown, reason) from error


def _opened(path: Path | str) -> BinaryIO:
    # Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except ValueError:
        raise _RefusalError("there is a NUL character in its name. Check the path.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _RefusalError("it is a folder or a device, not a file. Name the model.safetensors inside a run's folder.")
    return os.fdopen(descriptor, "rb")


def _read(file: BinaryIO, cap: int) -> Model:
    size = os.fstat(file.fileno()).st_size
    if size > cap:
        raise _RefusalError(
            f"it has {grouped(size)} bytes; {grouped(cap)} are allowed. Raise max_megabytes if you expected that."
        )
    prefix = file.read(PREFIX)
    length = int.from_bytes(prefix, "little")
    if len(prefix) < PREFIX or length > min(LONGEST_HEADER, size - PREFIX):
        raise _RefusalError(
            f"its first bytes promise more than its {grouped(size)} bytes hold. Either it was cut short on its "
            "way here, then "
            "copy it again, or it never was a model, then use a file that `pellucid fit` wrote."
        )
    raw = file.read(length)
    header = _header(raw)
    described, digest = _metadata(header)
    manifest = _manifest(described)
    tensors = layout(manifest)
    promised = max((end for _, _, end in tensors.values()), default=0)
    _compare(header, tensors)
    if PREFIX + length + promised != size:
        raise _RefusalError(
            f"it should have {grouped(PREFIX + length + promised)} bytes and has {grouped(size)}. {_DAMAGED}"
        )
    payload = file.read(promised)
    _check_digest(prefix + raw, payload, digest)
    return Model(manifest, {name: _array(name, payload, *tensor) for name, tensor in tensors.items()})


def _header(raw: bytes) -> dict[str, Any]:
    try:
        return decode(raw)
    except ValueError as error:
        raise _RefusalError(
            f"its header is not what a model file has ({printable(str(error), limit=200)}). {_DAMAGED}"
        ) from None


def _metadata(header: dict[str, Any]) -> tuple[bytes, str]:
    metadata = header.get("__metadata__")
    if not isinstance(metadata, dict) or metadata.keys() != {"manifest", "sha256"}:
        raise _RefusalError(f"it does not describe itself as a Pellucid model. {_FOREIGN}")
    manifest, digest = metadata["manifest"], metadata["sha256"]
    if not isinstance(manifest, str) or not isinstance(digest, str) or not _HEX.fullmatch(digest):
        raise _RefusalError(f"its description or its digest has the wrong form. {_DAMAGED}")
    described = manifest.encode("utf-8", "surrogatepass")
    if len(described) > LONGEST_MANIFEST:
        raise _RefusalError(f"its description takes {grouped(len(described))} bytes, too many. {_FOREIGN}")
    return described, digest


def _manifest(described: bytes) -> Manifest:
    try:
        stamp = decode_json(described, _Stamp)
        if stamp.format != FORMAT:
            raise _RefusalError(f"it holds {quoted(stamp.format, limit=40)}, not {FORMAT!r}. {_FOREIGN}")
        if stamp.version > VERSION:
            raise _RefusalError(
                f"it was made by a newer version of Pellucid ({printable(stamp.pellucid, limit=40)}, file version "
                f"{stamp.version}; this one reads version {VERSION}). Install that version or a later one."
            )
        return decode_json(described, Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise _RefusalError(
            f"its description does not hold together ({printable(str(error), limit=200)}). {_DAMAGED}"
        ) from None


def _compare(header: dict[str, Any], tensors: Tensors) -> None:
    found = {name: entry for name, entry in header.items() if name != "__metadata__"}
    expected = describe(tensors)
    for name in found.keys() ^ expected.keys():
        shown = quoted(name, limit=60)
        if name in found:
            raise _RefusalError(f"it holds a parameter {shown} that its description does not promise. {_DAMAGED}")
        raise _RefusalError(f"it lacks the parameter {shown} that its description promises. {_DAMAGED}")
    for name, entry in expected.items():
        # JSON's 1.0 and true equal Python's 1, so the types are compared too, by way of the text.
        if msgspec.json.encode(found[name], order="sorted") != msgspec.json.encode(entry, order="sorted"):
            raise _RefusalError(
                f"the type, shape or place of its parameter {name} is not the one that follows from its description. "
                f"{_DAMAGED}"
            )


def _check_digest(head: bytes, payload: bytes, digest: str) -> None:
    written = digest.encode()
    if head.count(written) != 1:
        raise _RefusalError(f"its digest stands in it more than once. {_DAMAGED}")
    computed = hashlib.sha256(head.replace(written, EMPTY_DIGEST.encode()))
    computed.update(payload)
    if computed.hexdigest() != digest:
        raise _RefusalError(f"at least one byte is not what was written (the sha256 digests differ). {_DAMAGED}")


def _array(name: str, payload: bytes, shape: tuple[int, ...], start: int, end: int) -> Array:
    values = np.frombuffer(payload, dtype="<f4", count=(end - start) // 4, offset=start).reshape(shape)
    if not np.isfinite(values).all():
        raise _RefusalError(f"its parameter {name} holds values that are not finite. Train the model again.")
    return values
