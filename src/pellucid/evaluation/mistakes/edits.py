"""Which edits turn the labels that were said into the true ones."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pellucid.shapes import Codes

__all__ = ["edit_summary"]

MOST_SWAPS = 10


def edit_summary(truth: Codes, said: Codes, labels: Sequence[str]) -> dict[str, Any]:
    """Labels missing, labels too many and labels taken for others, as plain data.

    Args:
        truth: Label numbers from 1, then zeros ``[s, L]``.
        said: The same for the model.
        labels: What the numbers from 1 on stand for; empty: the numbers.

    Returns:
        ``sequences``, ``labels`` (true ones), ``missing``, ``extra``, ``wrong``, and the most frequent ``swaps``:
        ``truth``, ``said``, ``count``.
    """
    missing = extra = count = 0
    swaps: Counter[tuple[int, int]] = Counter()
    for true, own in zip(truth, said, strict=True):
        right, given = true[true != 0].tolist(), own[own != 0].tolist()
        count += len(right)
        for one, other in _aligned(right, given):
            missing += other is None
            extra += one is None
            if one is not None and other is not None and one != other:
                swaps[one, other] += 1

    def name(code: int) -> str:
        return labels[code - 1] if 0 < code <= len(labels) else str(code)

    return {
        "sequences": len(truth),
        "labels": count,
        "missing": missing,
        "extra": extra,
        "wrong": sum(swaps.values()),
        "swaps": [
            {"truth": name(one), "said": name(other), "count": times}
            for (one, other), times in swaps.most_common(MOST_SWAPS)
        ],
    }


def _aligned(right: list[int], given: list[int]) -> list[tuple[int | None, int | None]]:
    """Pairs of a true label and what stands in its place, None where nothing does; with the fewest edits.

    Wagner & Fischer (1974), "The string-to-string correction problem".
    """
    table = [[i + j if not i or not j else 0 for j in range(len(given) + 1)] for i in range(len(right) + 1)]
    for i, one in enumerate(right, start=1):
        for j, other in enumerate(given, start=1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (one != other))
    pairs: list[tuple[int | None, int | None]] = []
    i, j = len(right), len(given)
    while i or j:
        if i and j and table[i][j] == table[i - 1][j - 1] + (right[i - 1] != given[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((right[i], given[j]))
        elif i and table[i][j] == table[i - 1][j] + 1:
            i -= 1
            pairs.append((right[i], None))
        else:
            j -= 1
            pairs.append((None, given[j]))
    return pairs[::-1]
