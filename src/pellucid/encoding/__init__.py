"""A table as numbers and back: fitted on training rows, kept as plain data."""

from pellucid.encoding.encode import Encoded, encode
from pellucid.encoding.encoding_report import ColumnReport, EncodingReport
from pellucid.encoding.expressions import EXPRESSIONS
from pellucid.encoding.fit import fit_encoding
from pellucid.encoding.preparation import Preparation
from pellucid.encoding.side_by_side import side_by_side
from pellucid.encoding.table_encoding import EncodedColumn, TableEncoding
from pellucid.encoding.target import TargetEncoding, decode_target, encode_target, fit_target, target_spec

__all__ = [
    "EXPRESSIONS",
    "ColumnReport",
    "Encoded",
    "EncodedColumn",
    "EncodingReport",
    "Preparation",
    "TableEncoding",
    "TargetEncoding",
    "decode_target",
    "encode",
    "encode_target",
    "fit_encoding",
    "fit_target",
    "side_by_side",
    "target_spec",
]
