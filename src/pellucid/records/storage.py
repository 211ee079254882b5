"""Files that appear whole or not at all, and canonical JSON."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from pellucid.errors import SurroundingsError

__all__ = ["decode_json", "encode_json", "encode_lines", "sha256_of", "write_whole"]

T = TypeVar("T")


def encode_json(value: Any, *, indent: int = 0) -> bytes:
    """Canonical JSON: keys sorted, so that equal values give equal bytes."""
    raw = msgspec.json.encode(value, order="deterministic")
    return msgspec.json.format(raw, indent=indent) + b"\n" if indent else raw


def encode_lines(values: Iterable[Any]) -> bytes:
    """JSON lines, one value a line."""
    return b"".join(msgspec.json.encode(value) + b"\n" for value in values)


def decode_json(raw: bytes, kind: type[T]) -> T:
    """Strictly decode JSON into a record type.

    Raises:
        msgspec.ValidationError: If a field is missing, unknown or of the wrong type; names its path.
        msgspec.DecodeError: If it is not JSON.
    """
    return msgspec.json.decode(raw, type=kind)


def sha256_of(raw: bytes) -> str:
    """Hexadecimal digest."""
    return hashlib.sha256(raw).hexdigest()


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Write a file so that its name holds the old content or the new, never a part.

    Temporary file in the same folder → flush → fsync → rename → fsync of the folder; a failure removes the temporary.
    A link is followed; a pipe or device is written to as it is.

    Raises:
        SurroundingsError: If the folder cannot be made or written, or the disk is full.
    """
    try:
        if path.exists() and not path.is_file():
            # Renaming over /dev/stdout or /dev/null would put a file in its place for the whole machine.
            path.write_bytes(content)
            return
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # mkstemp makes a private file; results are meant to be shared as the user's umask says.
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(name, 0o666 & ~umask)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise SurroundingsError(
            f"{path} could not be written: {error.strerror or error}. Free space or choose another folder with --out."
        ) from error
