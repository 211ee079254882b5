"""Rules that stand in for the real ones: a cause that is certain, a symptom of it, one that reads, and broken ones."""

import random
import time
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch

from pellucid.doctor.facts import Place, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

PAGE = Page(
    what="A loss that is a hundred times too large.",
    wrong="loss = 100 * criterion(outputs, labels)",
    right="loss = criterion(outputs, labels)",
    hurts="The steps are a hundred times too long.",
    detection="The factor stands in the source.",
    limits="Factors that are worked out are not seen.",
    sources=("Nobody (2020), “Nothing”.",),
)


def rule(code: str, slug: str, severity: Severity = Severity.ERROR, **fields: Any) -> Rule:
    """A rule with the toy page."""
    return Rule(code=code, slug=slug, severity=severity, stages="S", summary="a toy", page=PAGE, **fields)


def see_cause(session: Session) -> Iterator[Suspicion]:
    """One suspicion for every loss."""
    for site in session.losses:
        yield Suspicion(f"The loss {site.kind} is a toy.", seen="1 of 1 losses", fix="pass", place=site.place)


def see_symptom(session: Session) -> Iterator[Suspicion]:
    """A symptom in two layers, wherever there is a loss."""
    if session.losses:
        for layer in ("0", "2"):
            yield Suspicion(
                "Units are dead.", layer=layer, is_symptom=True, step=10, evidence={"dead": torch.tensor(3)}
            )


def read_factor(source: Source) -> Iterator[Suspicion]:
    """Every call of ``toy``."""
    for call in source.calls("toy"):
        edits = (source.replace(call.node, "mended"),)
        yield Suspicion("toy is called.", seen="toy", fix="mended", place=call.place, edits=edits)


CAUSE = rule("Y101", "toy-cause", see=see_cause, causes=("Y202",))
BETWEEN = rule("Y202", "toy-between", Severity.WARNING, causes=("Y303",))
SYMPTOM = rule("Y303", "toy-symptom", see=see_symptom)
READER = rule("Y404", "toy-reader", Severity.WARNING, read=read_factor)
TOYS = (CAUSE, BETWEEN, SYMPTOM, READER)


def see_raising(_: Session) -> Iterable[Suspicion]:
    """Raises."""
    raise ValueError("toy trouble")


def see_raising_late(_: Session) -> Iterator[Suspicion]:
    """Raises behind its first suspicion."""
    yield Suspicion("never told")
    raise SystemExit(7)


def see_computing_for_ever(_: Session) -> Iterable[Suspicion]:
    """Never ends, and catches what it can."""
    while True:
        try:
            sum(range(1000))
        except Exception:
            continue


def see_sleeping(_: Session) -> Iterable[Suspicion]:
    """Sleeps where no exception reaches it."""
    time.sleep(3)
    return []


def see_endless(_: Session) -> Iterator[Suspicion]:
    """Suspects for ever."""
    while True:
        yield Suspicion("again")


def see_disturbing(session: Session) -> Iterable[Suspicion]:
    """Changes what belongs to the program."""
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float64)
    for seen in session.models:
        seen.module.eval()
    return []


class UnspeakableError(Exception):
    """An error that cannot even be told."""

    def __str__(self) -> str:
        raise ValueError("no words")


def see_unspeakable(_: Session) -> Iterable[Suspicion]:
    """Raises what cannot be told."""
    raise UnspeakableError


class Rough:
    """Evidence that is no data."""

    def tolist(self) -> None:
        """Raises."""
        raise ValueError("rough")


NONSENSE = {
    "none": None,
    "number": 3,
    "text": "L101",
    "texts": ["L101"],
    "no message": [Suspicion("")],
    "wrong evidence": [Suspicion("x", evidence={"a": Rough()})],
    "wrong place": [Suspicion("x", place=("file", 1))],  # type: ignore[arg-type]
    "wrong line": [Suspicion("x", place=Place("file", None))],  # type: ignore[arg-type]
    "wrong severity": [Suspicion("x", severity="error")],  # type: ignore[arg-type]
    "wrong edits": [Suspicion("x", edits=(1,))],  # type: ignore[arg-type]
    "no edits": [Suspicion("x", edits=None)],  # type: ignore[arg-type]
}
