"""A pass as JSON."""

from pellucid.records import PassRecord, encode_json

__all__ = ["as_json"]


def as_json(record: PassRecord) -> str:
    """The whole record, keys sorted; what is no finite number is null."""
    return encode_json(record, indent=2).decode()
