"""From what a person typed to one local, regular, readable file."""

import os
import stat
from pathlib import Path

from pellucid.errors import DataError, nearest
from pellucid.tables.policy import refuse

__all__ = ["local_file", "missing_file"]


def local_file(source: str | os.PathLike[str]) -> Path:
    """The absolute path, links resolved, of a file that can be read.

    Raises:
        DataError: B075 for an address, B003 for a path that is missing, a folder or not readable, B004 for a pipe or
            device.
    """
    text = os.fspath(source)
    if "://" in text:
        raise refuse("B075", f"{text} is an address; only local files are read. Download it first.")
    path = Path(text).expanduser()
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if path.is_symlink():
            raise refuse("B003", f"{text} is a link to {path.readlink()}, which does not exist.") from None
        raise missing_file(path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse("B003", f"{text} cannot be opened: {reason}. Check the path and its permissions.") from error
    if stat.S_ISDIR(mode):
        tables = sorted(child.name for child in path.iterdir() if _named_as_table(child.name))[:5]
        hint = f" It holds {', '.join(tables)}." if tables else ""
        raise refuse("B003", f"{text} is a folder, not a file.{hint} Give the path of one table.")
    if not stat.S_ISREG(mode):
        raise refuse("B004", f"{text} is a pipe or a device, not a regular file. Save its content to a file first.")
    if not os.access(path, os.R_OK):
        raise refuse("B003", f"{text} cannot be opened: permission denied. Change its permissions, or copy it.")
    return path.resolve()


def missing_file(path: Path) -> DataError:
    """The error for a file that is not there, with the nearest name in its folder; to be raised by the caller."""
    folder = path.parent
    if not folder.is_dir():
        return refuse("B003", f"There is no file {path}, and no folder {folder} either. Check the path.")
    near = nearest(path.name, [child.name for child in folder.iterdir()])
    hint = f"Did you mean {folder / near}?" if near else f"Check the path; the working folder is {Path.cwd()}."
    return refuse("B003", f"There is no file {path}. {hint}")


def _named_as_table(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt", ".data", ".jsonl", ".ndjson", ".parquet"))
