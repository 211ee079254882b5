"""Pieces of memory that lie behind one another, as one piece: a call each is what small networks wait for."""

from collections.abc import Sequence

from torch import Tensor

__all__ = ["joined"]


def joined(rows: Sequence[tuple[Tensor, ...]]) -> list[tuple[Tensor, ...]]:
    """The same rows of flat tensors, those in one that continue each other in every place.

    Args:
        rows: As many tensors ``[n]`` in each, all of one length.
    """
    found: list[tuple[Tensor, ...]] = []
    for row in rows:
        if found and all(_continues(last, each) for last, each in zip(found[-1], row, strict=True)):
            row = tuple(
                last.as_strided((len(last) + len(each),), (1,)) for last, each in zip(found.pop(), row, strict=True)
            )
        found.append(row)
    return found


def _continues(one: Tensor, other: Tensor) -> bool:
    return (
        one.untyped_storage()._cdata == other.untyped_storage()._cdata
        and one.storage_offset() + len(one) == other.storage_offset()
    )
