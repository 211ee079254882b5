"""PNG with a palette, small enough to stand within a page (ISO/IEC 15948)."""

import base64
import struct
import zlib

import numpy as np

from pellucid.shapes import Array

__all__ = ["png_address"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_address(cells: Array, colours: Array) -> str:
    """The picture as an address of its own bytes: ``data:image/png;base64,…``.

    Args:
        cells: Numbers of colours, uint8 ``[h, w]``, the first line on top.
        colours: uint8 ``[n, 3]``, n at most 256.
    """
    height, width = cells.shape
    # Eight bits a pixel by palette, and no line is predicted from another one (filter 0): deflate does it well.
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    lines = np.zeros((height, width + 1), dtype=np.uint8)
    lines[:, 1:] = np.minimum(cells, len(colours) - 1)
    parts = (
        (b"IHDR", head),
        (b"PLTE", np.ascontiguousarray(colours, dtype=np.uint8).tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return f"data:image/png;base64,{base64.b64encode(SIGNATURE + body).decode()}"
