"""The run's folder: its name, and its files, each whole or absent."""

import hashlib
import os
import re
from pathlib import Path

import msgspec

from pellucid.errors import UsageError
from pellucid.records import RunRecord, encode_json, sha256_of, write_whole

__all__ = ["new_folder", "write_record"]


def new_folder(name: str, out: str | None, *, key: str) -> Path:
    """A folder for a run, not made yet: ``runs/<table>-<four hex digits>``, or the one that was asked for.

    Args:
        name: Name of the table.
        out: Folder that was asked for.
        key: Whatever tells this run from others; decides the digits.

    Raises:
        UsageError: If the folder that was asked for holds a run already, or is a file.
    """
    if out is not None:
        asked = Path(out)
        if asked.is_file():
            raise UsageError(f"{out} is a file; --out wants a folder. Choose another name.")
        if (asked / "record.json").exists():
            raise UsageError(f"{out} holds a run already, and runs are never overwritten. Choose another --out.")
        # Before the work, not after it.
        above = next(folder for folder in (asked, *asked.absolute().parents) if folder.exists())
        if not (above.is_dir() and os.access(above, os.W_OK)):
            raise UsageError(f"{out} cannot be made, as {above} is no folder to write in. Choose another --out.")
        return asked
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", re.split(r"\.(?=csv|tsv|txt|json|parquet|gz|zst)", name)[0]).strip("-.")
    stem = stem[:40] or "table"
    digest = hashlib.sha256(key.encode()).hexdigest()
    for start in range(len(digest) - 4):
        candidate = Path("runs") / f"{stem}-{digest[start : start + 4]}"
        if not candidate.exists():
            return candidate
    return Path("runs") / f"{stem}-{digest}"


def write_record(folder: Path, record: RunRecord, files: tuple[str, ...]) -> RunRecord:
    """Write ``record.json``, last of all, with the digests of the files that it speaks of; return the final record."""
    digests = {name: sha256_of((folder / name).read_bytes()) for name in files}
    final = msgspec.structs.replace(record, artifacts=digests)
    write_whole(folder / "record.json", encode_json(final, indent=2))
    return final
