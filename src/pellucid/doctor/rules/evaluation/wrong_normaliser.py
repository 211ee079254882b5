"""E312: a sum of losses divided by something other than what it is a sum of."""

from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.rules.evaluation.accumulating import Average, averages
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]


def see(session: Session) -> Iterator[Suspicion]:
    """Such divisions in the program's source."""
    for source in session.sources:
        yield from read(source)


def read(source: Source) -> Iterator[Suspicion]:
    """Sums divided by the loop's counter, batch means by rows, row sums by batches."""
    for average in averages(source):
        what = _what(average)
        if what is None:
            continue
        message, fix = what
        yield Suspicion(
            message,
            seen=f"{source.segment(average.addition)} · {source.segment(average.division)}",
            fix=fix,
            place=source.place(average.division),
        )


def _what(average: Average) -> tuple[str, str] | None:
    total = average.total
    if average.by_index:
        return (
            f"{total} is divided by the loop's counter, not by the number of terms: the last value of the counter is "
            "one short of the number of rounds, or the number of a row.",
            f"{total} / number_of_batches  # len(loader), or count them",
        )
    if average.by_rows and not average.weighted:
        return (
            f"{total} adds up means of batches and is divided by the number of rows: it is too small by the size of a "
            "batch.",
            f"{total} += loss.item() * len(batch)  # or divide by the number of batches",
        )
    if average.by_batches and average.weighted:
        return (
            f"{total} adds up losses weighted by rows and is divided by the number of batches: it is too large by the "
            "size of a batch.",
            f"{total} / number_of_rows",
        )
    return None


RULE = Rule(
    code="E312",
    slug="wrong-normaliser",
    severity=Severity.WARNING,
    stages="SD",
    summary="loss divided by something other than the number of rows or batches it sums",
    page=Page(
        what="A sum of batch means has to be divided by the number of batches, a sum over rows by the number of rows.",
        wrong="total = 0.0\nfor i in range(0, len(X), 32):\n    total += criterion(model(X[i : i + 32]), y[i : i + "
        "32]).item()\n"
        "print(total / i)",
        right="total, batches = 0.0, 0\nfor i in range(0, len(X), 32):\n"
        "    total += criterion(model(X[i : i + 32]), y[i : i + 32]).item()\n    batches += 1\nprint(total / batches)",
        hurts="A training loss of 0.0221 beside a test loss of 0.693 looks like overfitting, and was a division by "
        "the number of the last row.",
        detection="In the source: a sum of losses over a loop's rounds, divided by the loop's own counter, or by rows "
        "where it adds up batches, or the other way round.",
        limits="Sums named without loss or criterion are not looked at, nor ones that another function divides.",
        sources=("A course's exercise on two circles: tests/exercises/ex02a_circles_linear.py",),
    ),
    see=see,
    read=read,
)
