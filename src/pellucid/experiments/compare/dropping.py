"""What halving leaves behind: its rounds and the variants that it gave up, as records and in a sentence."""

import math
from typing import Any

import msgspec
import numpy as np

from pellucid.experiments.compare.narrowing import Narrowed
from pellucid.experiments.compare.question import Question
from pellucid.experiments.halving import Rung, rung_epochs
from pellucid.experiments.statistics.wording import names_text, share_text
from pellucid.printable import grouped
from pellucid.records import DroppedRecord, RungRecord

__all__ = ["dropped_records", "halving_design", "halving_sentences", "rung_records"]


def rung_records(narrowed: Narrowed | None) -> tuple[RungRecord, ...]:
    """All rounds in order; the last one keeps the finalists."""
    if narrowed is None or not (narrowed.rungs or narrowed.cut):
        return ()
    if narrowed.cut is not None:
        return (_rung(narrowed.cut, len(narrowed.finalists), whole=False),)
    kept = [*(rung.kept for rung in narrowed.rungs[:-1]), len(narrowed.finalists)]
    return tuple(_rung(rung, count) for rung, count in zip(narrowed.rungs, kept, strict=True))


def _rung(rung: Rung, kept: int, *, whole: bool = True) -> RungRecord:
    return RungRecord(share=rung.share, trained=len(rung.trained), kept=kept, whole=whole)


def dropped_records(question: Question, narrowed: Narrowed | None) -> tuple[DroppedRecord, ...]:
    """Variants that are no finalists: those of the latest round first, and of each round the best first."""
    if narrowed is None:
        return ()
    rungs = narrowed.rungs if narrowed.cut is None else (narrowed.cut,)
    seen = set(narrowed.finalists)
    found = []
    for number, rung in reversed(list(enumerate(rungs, 1))):
        for variant, error in zip(rung.trained, rung.errors, strict=True):
            if variant in seen:
                continue
            seen.add(variant)
            plan = question.variants[variant]
            found.append(
                DroppedRecord(
                    name=plan.name,
                    levels=plan.levels,
                    recipe=plan.recipe,
                    preparation=msgspec.to_builtins(plan.preparation),
                    rung=number,
                    epochs=int(rung_epochs(rung.share, np.array([plan.recipe.epochs]))[0]),
                    error=error if math.isfinite(error) else None,
                )
            )
    return tuple(found)


def halving_design(question: Question, narrowed: Narrowed | None) -> dict[str, Any]:
    """What the record's design says of it."""
    if narrowed is None:
        return {}
    return {"tried": len(question.variants), "splits": narrowed.splits, "whole": narrowed.whole}


def halving_sentences(question: Question, narrowed: Narrowed | None) -> tuple[str, ...]:
    """``2,000 variants were tried; 8 were left by halving, which …``; nothing where everybody was a finalist."""
    if narrowed is None or (narrowed.whole and not narrowed.rungs):
        return ()
    left = len(narrowed.finalists)
    told = f"{grouped(len(question.variants))} variants were tried; {left} were left by halving"
    if narrowed.cut is not None:
        return (f"{told}, which time ended within its first round. What follows is said of these {left}.",)
    steps = [f"{grouped(record.kept)} after {share_text(record.share)}" for record in rung_records(narrowed)]
    steps[0] += " of the epochs"
    short = "" if narrowed.whole else ", where time ended it"
    return (f"{told}, which kept {names_text(steps)}{short}. What follows is said of these {left}.",)
