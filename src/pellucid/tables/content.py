"""What a file really is, by its first bytes rather than by its name."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from pellucid.records import Finding
from pellucid.tables.policy import note, refuse

__all__ = ["BOMB_FLOOR", "MAX_LINE", "MAX_RATIO", "Compression", "Content", "TextKind", "blocks_of", "recognise"]

Compression: TypeAlias = Literal["none", "gzip"]

MAX_RATIO = 200
"""Text compresses 5 to 20 times; the format's limit, used by bombs, is about 1 000."""
BOMB_FLOOR = 1 << 26
"""Below 64 MiB a high ratio is harmless."""
MAX_LINE = 1 << 24
"""16 MiB: longer lines do not occur in tables."""
BLOCK = 1 << 20

_FOREIGN = {
    b"PK\x03\x04": ("a zip or Excel workbook", "Unzip it, or save the sheet as CSV"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "Save the sheet as CSV"),
    b"\x28\xb5\x2f\xfd": ("compressed with zstd", "Decompress it with: zstd -d"),
    b"BZh": ("compressed with bzip2", "Decompress it with: bunzip2"),
    b"\xfd7zXZ": ("compressed with xz", "Decompress it with: unxz"),
    b"%PDF": ("a PDF document", "Export its table as CSV"),
    b"SQLite format 3": ("an SQLite database", "Export one table as CSV"),
    b"\x89PNG": ("a picture", "Give a table"),
    b"\xff\xd8\xff": ("a picture", "Give a table"),
    b"\x93NUMPY": ("a NumPy array", "Load it with numpy.load and pass the array"),
    b"ARROW1": ("an Arrow file", "Load it and pass the frame, or save it as Parquet"),
    b"\x89HDF": ("an HDF5 file", "Export one table as CSV or Parquet"),
    b"\x80\x04": ("a pickle, which can run any program when it is opened", "Save the table as CSV or Parquet"),
    b"\x80\x05": ("a pickle, which can run any program when it is opened", "Save the table as CSV or Parquet"),
}


@dataclass(frozen=True)
class TextKind:
    """Delimited text or JSON lines, with findings."""

    kind: Literal["delimited", "jsonl"]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Content:
    """What the first bytes say: Parquet or text, plain or gzip."""

    kind: Literal["text", "parquet"]
    compression: Compression
    findings: tuple[Finding, ...] = ()

    def kind_of_text(self, sample: str, name: str) -> TextKind:
        """Tell delimited text from JSON lines, and both from pages and documents.

        Raises:
            DataError: B005 if it is a web page, XML, or one JSON document.
        """
        start = sample.lstrip("\ufeff \t\r\n")
        if start[:1] == "<" and start[:200].lower().startswith(
            ("<!doctype", "<html", "<?xml", "<head", "<body", "<svg")
        ):
            what = "XML" if start.startswith("<?xml") and "<html" not in start[:2000].lower() else "an HTML page"
            raise refuse(
                "B005",
                f"{name} is {what}, not a table; downloads that need a login or have moved often give such a page."
                " Open it in a browser to see what it says, and download the table again.",
            )
        named_json = name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson", ".json"))
        first = start.splitlines()[0] if start else ""
        if start[:1] == "{" and (_is_object(first) and (named_json or len(start.splitlines()) > 1)):
            findings = () if named_json else (note("B006", f"{name} holds JSON lines and was read as such."),)
            return TextKind("jsonl", findings)
        if start[:1] in "{[" and start[:1] and (named_json or _is_document(start)):
            raise refuse(
                "B005",
                f"{name} is one JSON document, not a table with one JSON object per line."
                " If it is a list of rows, turn it into lines with: jq -c '.[]' IN > OUT.jsonl",
            )
        if named_json:
            raise refuse("B005", f"{name} is named as JSON but its first line is not a JSON object: {first[:60]!r}.")
        return TextKind("delimited")


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _is_document(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        # A long document is cut off by the sample; an opening bracket followed by a quoted key is enough.
        return text[1:].lstrip()[:1] in ('"', "{", "}", "]") and text[0] == "{"
    return True


def recognise(path: Path) -> Content:
    """Parquet or text, plain or gzip, by the first bytes.

    Raises:
        DataError: B006 for a format that is not read, with the way out; B076 for a Parquet file cut short.
    """
    name, lower = path.name, path.name.lower()
    with path.open("rb") as file:
        start = file.read(16)
        if start[:4] == b"PAR1":
            file.seek(-4, 2)
            if file.tell() < 8 or file.read(4) != b"PAR1":
                raise refuse("B076", f"{name} is a Parquet file that was cut short. Download or write it again.")
            named = lower.endswith((".parquet", ".pq"))
            findings = () if named else (note("B006", f"{name} holds Parquet and was read as such."),)
            return Content("parquet", "none", findings)
    for magic, (what, remedy) in _FOREIGN.items():
        if start.startswith(magic):
            raise refuse("B006", f"{name} is {what}, which is not read. {remedy}.")
    if start[:2] == b"\x1f\x8b":
        findings = () if lower.endswith(".gz") else (note("B006", f"{name} holds gzip and was read as such."),)
        return Content("text", "gzip", findings)
    if lower.endswith((".parquet", ".pq")) and start:
        raise refuse("B076", f"{name} is named as Parquet but does not begin as one. Write it again, or rename it.")
    findings = (
        (note("B006", f"{name} is plain text, not gzip, and was read as such."),) if lower.endswith(".gz") else ()
    )
    return Content("text", "none", findings)


def blocks_of(path: Path, compression: Compression) -> Iterator[bytes]:
    """The file's bytes, decompressed, a MiB at a time.

    Raises:
        DataError: B006 if the compressed data are damaged.
    """
    try:
        with gzip.open(path) if compression == "gzip" else path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise refuse(
            "B006", f"{path.name} is damaged gzip ({error}). Download it again, or test it with: gzip -t"
        ) from error
