"""A look at a file's bytes before any reader sees them: is it a table at all, how is it written, is it safe to open.

Readers guess, and guess silently: four popular ones mis-read half of a set of ordinary bad files. So what can be
settled from the bytes is settled here, in one streamed pass.
"""

import codecs
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pellucid.printable import grouped
from pellucid.records import Finding
from pellucid.tables.content import BOMB_FLOOR, MAX_LINE, MAX_RATIO, Compression, blocks_of, recognise
from pellucid.tables.encodings import settle_encoding
from pellucid.tables.policy import refuse

__all__ = ["Look", "look_at"]

SAMPLE = 1 << 18
"""Bytes of text that the sniffing of delimiter and header sees; more when lines are long."""
SAMPLE_LINES = 50


@dataclass(frozen=True)
class Look:
    """What the bytes say.

    Attributes:
        path: Absolute path, links resolved.
        kind: ``delimited``, ``jsonl`` or ``parquet``.
        compression: ``gzip`` or ``none``.
        encoding: Python's name of the text encoding, ``utf-8-sig`` if there is a byte order mark.
        sample: The first lines as text, whole lines only; empty for Parquet.
        complete: Whether the sample is the whole text.
        size: Bytes after decompression.
        sha256: Digest of the file as it lies on disk.
        stamp: Size on disk and time of change, to notice a file that changes while it is read.
        findings: Repairs and warnings.
    """

    path: Path
    kind: Literal["delimited", "jsonl", "parquet"]
    compression: Compression
    encoding: str
    sample: str
    complete: bool
    size: int
    sha256: str
    stamp: tuple[int, int]
    findings: tuple[Finding, ...]

    def confirm_unchanged(self) -> None:
        """Check that the file is still the one that was looked at.

        Raises:
            DataError: B028 if its size or time of change differ.
        """
        if stamp_of(self.path) != self.stamp:
            raise refuse("B028", f"{self.path.name} changed while it was being read. Try again when it is complete.")


def stamp_of(path: Path) -> tuple[int, int]:
    """Size in bytes and time of change in nanoseconds."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def look_at(path: Path) -> Look:
    """Look at a local, regular, readable file (see :func:`pellucid.tables.paths.local_file`).

    Raises:
        DataError: For every reason in the policy not to read it.
    """
    stamp = stamp_of(path)
    name = path.name
    content = recognise(path)
    findings = list(content.findings)
    if content.kind == "parquet":
        digest = hashlib.sha256()
        for block in blocks_of(path, "none"):
            digest.update(block)
        return Look(path, "parquet", "none", "", "", False, stamp[0], digest.hexdigest(), stamp, tuple(findings))

    scan = _scan(path, content.compression, stamp[0])
    if scan.size == 0 or not scan.head.strip(b" \t\r\n\0" + codecs.BOM_UTF8):
        raise refuse("B001", f"{name} is empty ({scan.size} bytes). Give a file that holds a table.")
    _check_memory(name, scan.size)
    encoding, notes = settle_encoding(path, content.compression, scan.head, valid_utf8=scan.valid_utf8, nuls=scan.nuls)
    findings += notes
    text = codecs.getincrementaldecoder(encoding)(errors="strict").decode(scan.head)
    complete = len(scan.head) == scan.size
    # A row cut in half would look ragged; the cut may also have split a character, which the decoder kept back.
    sample = text if complete else text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    kind = content.kind_of_text(sample, name)
    findings += kind.findings
    return Look(
        path=path,
        kind=kind.kind,
        compression=content.compression,
        encoding=encoding,
        sample=sample,
        complete=complete,
        size=scan.size,
        sha256=scan.sha256,
        stamp=stamp,
        findings=tuple(findings),
    )


@dataclass(frozen=True)
class _Scan:
    head: bytes
    size: int
    sha256: str
    nuls: int
    valid_utf8: bool


def _scan(path: Path, compression: Compression, size_on_disk: int) -> _Scan:
    """One pass over all (decompressed) bytes; every cap is checked while reading, so a bomb never unfolds."""
    name = path.name
    head = bytearray()
    size = nuls = since_line_end = 0
    decoder, valid = codecs.getincrementaldecoder("utf-8")("strict"), True
    for block in blocks_of(path, compression):
        size += len(block)
        if compression == "gzip" and size > BOMB_FLOOR and size > MAX_RATIO * max(size_on_disk, 1):
            raise refuse(
                "B007",
                f"{name} unfolds to more than {MAX_RATIO} times its {grouped(size_on_disk)} bytes, as a "
                "decompression bomb"
                f" does."
                " Decompress it yourself if you trust it, and give the plain file.",
            )
        if len(head) < SAMPLE or (head.count(b"\n") < SAMPLE_LINES and len(head) < MAX_LINE):
            head += block
        nuls += block.count(0)
        end = max(block.rfind(b"\n"), block.rfind(b"\r"))
        since_line_end = since_line_end + len(block) if end < 0 else len(block) - end - 1
        if since_line_end > MAX_LINE:
            raise refuse(
                "B025",
                f"{name} has a line longer than {MAX_LINE >> 20} MiB, so it is hardly a table with rows."
                " Check that the file is what you think it is.",
            )
        if valid:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                valid = False
    if valid:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    return _Scan(bytes(head), size, _digest(path), nuls, valid)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_memory(name: str, size: int) -> None:
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 1 << 62
    # A cell costs several times its text while it is being typed: the text itself, a Python string, a number.
    if 6 * size > physical:
        raise refuse(
            "B077",
            f"{name} holds {size / 2**30:.1f} GiB of text; reading it would take about {6 * size / 2**30:.0f} GiB"
            f" and this"
            f" machine has {physical / 2**30:.0f} GiB. Give a sample of its rows, or fewer columns.",
        )
