"""Which encoding a text file is written in, and when not to guess."""

import codecs
import re
from pathlib import Path

from pellucid.printable import grouped
from pellucid.records import Finding, Severity
from pellucid.tables.content import Compression, blocks_of
from pellucid.tables.policy import note, refuse

__all__ = ["settle_encoding"]

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is a part of it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_WESTERN = frozenset(range(0xC0, 0x100)) | frozenset(
    b"\xa0\xa3\xa7\xb0\xb4\xb5\xba\xaa\xbf\xa1\x80\x91\x92\x93\x94\x96\x97\x85"
)


def settle_encoding(
    path: Path, compression: Compression, head: bytes, *, valid_utf8: bool, nuls: int
) -> tuple[str, list[Finding]]:
    """Python's name of the encoding, and findings.

    UTF-8 is taken when the whole file is valid UTF-8. UTF-16 and UTF-32 are known by their marks or by the pattern of
    zero bytes. Western single-byte text is taken as Windows-1252 only when it can hardly be anything else.

    Raises:
        DataError: B010 if the encoding cannot be settled, B011 if the file mixes two, B012 if it holds NUL bytes.
    """
    name = path.name
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, [note("B009", f"{name} is written in {encoding.upper()} and was converted.")]
    if nuls:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) > len(head) / 4 and min(even, odd) < max(even, odd) / 20:
            encoding = "utf-16-be" if even > odd else "utf-16-le"
            return encoding, [note("B009", f"{name} is written in UTF-16 without a mark and was converted.")]
        offset, line = _place(path, compression, re.compile(rb"\0"))
        raise refuse(
            "B012",
            f"{name} holds {grouped(nuls)} NUL byte{'s' * (nuls > 1)}, the first in line {line} (byte "
            f"{offset}), so it is"
            f" damaged or"
            " not a text file. Remove them with: tr -d '\\000' < IN > OUT",
        )
    if valid_utf8:
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig", [note("B008", f"{name} begins with a byte order mark, which was skipped.")]
        return "utf-8", []
    return _single_byte(path, compression)


def _single_byte(path: Path, compression: Compression) -> tuple[str, list[Finding]]:
    name = path.name
    raw = b"".join(blocks_of(path, compression))
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        offset = error.start
    line = raw.count(b"\n", 0, offset) + 1
    shown = raw[raw.rfind(b"\n", 0, offset) + 1 :][:80].split(b"\n")[0].decode("cp1252", "replace").strip()
    runs = _HIGH_RUN.findall(raw)
    as_utf8 = sum(1 for run in runs if _UTF8_CHARACTER.fullmatch(run))
    if as_utf8 and as_utf8 > len(runs) / 20:
        raise refuse(
            "B011",
            f"{name} mixes UTF-8 with another encoding; the first byte that is not UTF-8 is in line {line} (byte"
            f" {offset}):"
            f" {shown!r}. Save the file anew as UTF-8.",
        )
    # Accents of western languages stand alone between ASCII letters; two-byte scripts come in long runs.
    alone = sum(1 for run in runs if len(run) == 1 and run[0] in _WESTERN)
    if alone >= 0.95 * len(runs):
        finding = note(
            "B010",
            f"{name} is not UTF-8 and was read as Windows-1252; line {line} reads {shown!r}.",
            fix="Save the file as UTF-8 if that line looks wrong.",
            severity=Severity.WARNING,
        )
        return "cp1252", [finding]
    raise refuse(
        "B010",
        f"{name} is not UTF-8, and its encoding cannot be told for certain; line {line} would read {shown!r}."
        " Convert it with: iconv -f ENCODING -t UTF-8 IN > OUT",
    )


def _place(path: Path, compression: Compression, pattern: re.Pattern[bytes]) -> tuple[int, int]:
    """Byte offset and line number of the first match of a one-byte pattern."""
    offset, line = 0, 1
    for block in blocks_of(path, compression):
        found = pattern.search(block)
        if found:
            return offset + found.start(), line + block.count(b"\n", 0, found.start())
        offset += len(block)
        line += block.count(b"\n")
    raise AssertionError("the caller has counted at least one match")
