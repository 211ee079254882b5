"""E306: batches of unequal size averaged as if they were equal."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.rules.evaluation.accumulating import Average, averages
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

# Times that a row of the last batch counts as much as another.
_NOTICEABLE = 1.5
# The latest passes through the loop; the earlier ones were like them.
_PASSES = 50


def see(session: Session) -> Iterator[Suspicion]:
    """Averages over batches in the source, where a pass through them had a smaller last batch."""
    for source in session.sources:
        for average in averages(source):
            if not average.by_batches or average.weighted:
                continue
            sizes = _sizes(session, average)
            if sizes is None or len(set(sizes)) == 1:
                continue
            share, even = sizes[-1] / sum(sizes), 1 / len(sizes)
            yield Suspicion(
                f"{average.total} adds up means of batches and is divided by their number, but the last batch has "
                f"{sizes[-1]} rows and the others {sizes[0]}: its rows count {even / share:.1f} times as much.",
                seen=f"{len(sizes)} batches: {sizes[0]} rows, …, {sizes[-1]}; the last one's share is {share:.2%} of "
                f"the rows and {even:.2%} of the average",
                fix=f"{average.total} += loss.item() * len(batch)   # and divide by the number of rows in the end",
                place=source.place(average.division),
                # A last batch of nearly full size shifts but the third digit of what people print.
                severity=None if even / share >= _NOTICEABLE else Severity.INFO,
                evidence={"batches": len(sizes), "first": sizes[0], "last": sizes[-1]},
            )


def _sizes(session: Session, average: Average) -> list[int] | None:
    """Sizes of the batches of that round within the loop whose last batch was the smallest beside the others."""
    first, last = average.loop.lineno, average.loop.end_lineno or average.loop.lineno
    inside = [each for each in session.passes if each.place is not None and first <= each.place.line <= last]
    rounds = [sizes for each in inside[-_PASSES:] for sizes in each.rounds() if len(sizes) > 1]
    return max(rounds, key=lambda sizes: sum(sizes) / len(sizes) / max(1, sizes[-1]), default=None)


def read(source: Source) -> Iterator[Suspicion]:
    """The same without running: a note, as sizes are not known."""
    for average in averages(source):
        if average.by_batches and not average.weighted and not _drops_last(source):
            yield Suspicion(
                f"{average.total} is a mean of batch means: right only if all batches have the same size.",
                seen=source.segment(average.division),
                fix=f"{average.total} += loss.item() * len(batch)   # and divide by the number of rows in the end",
                place=source.place(average.division),
                severity=Severity.INFO,
            )


def _drops_last(source: Source) -> bool:
    return any(
        source.literal(call.keywords.get("drop_last", ast.Constant(value=False))) is True
        for call in source.calls("torch.utils.data.DataLoader")
    )


RULE = Rule(
    code="E306",
    slug="mean-of-batch-means",
    severity=Severity.WARNING,
    stages="SD",
    summary="batches of unequal size averaged as if equal",
    page=Page(
        what="The mean of means is the mean of all rows only if every batch has as many rows. The last batch of an "
        "epoch is usually smaller.",
        wrong="total = 0.0\nfor x, y in loader:\n    total += criterion(model(x), y).item()\nprint(total / "
        "len(loader))",
        right="total = 0.0\nfor x, y in loader:\n    total += criterion(model(x), y).item() * len(x)\nprint(total / "
        "len(loader.dataset))",
        hurts="195 batches of 128 rows and one of 40: the last 40 rows count three times. Reported numbers are off, "
        "most where they matter: on small evaluation sets.",
        detection="In the source, a sum of batch losses divided by the number of batches; while running, a pass "
        "within that loop whose last batch was smaller: a note, and a warning where its rows count 1.5 times as much "
        "and more.",
        limits="Sums whose terms are weighted in some other way are taken for weighted.",
        sources=("mlcommons/training issue 89", "Lightning issue 2924"),
    ),
    see=see,
    read=read,
)
