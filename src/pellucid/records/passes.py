"""PassRecord: one forward pass, one backward pass and one update, in numbers, to be read aloud.

Formulas are written in the catalogue's own linear notation: names with subscripts (``w_12``, ``z_{1,10}``), ``·`` for
products, ``−`` for minus, ``√( )``, ``Σ_c``, ``|x|``, ``∂L/∂w_12``, functions by name. Screens show them as they are,
or with the small digits of Unicode, pages as MathML, papers as LaTeX.
"""

from typing import Any, Literal, TypeAlias

import msgspec

__all__ = ["CheckRecord", "LineRecord", "PassRecord", "Phase", "RemarkRecord", "StageRecord"]

SCHEMA_VERSION = 1

Phase: TypeAlias = Literal["forward", "loss", "backward", "update"]


class LineRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One quantity, worked out.

    Attributes:
        symbol: What it is: ``z_1``, ``∂L/∂w_12``, ``Δw_12``.
        formula: How it comes about, in symbols: ``w_11·x_1 + w_12·x_2 + b_1``.
        numbers: The same with the numbers put in: ``0.42·0.5 + (−1.3)·(−1) + 0.1``; empty where nothing can be put in.
        value: The result, in float64.
        single: The result in float32, where that is another number altogether: an underflow, an overflow, NaN.
        derivative: The local derivative in symbols, where the line has one: ``1 − tanh(z_1)²``.
        slope: Its value here.
        note: A remark beside the line: ``underflows in float32``, ``dropped``.
    """

    symbol: str
    formula: str
    numbers: str = ""
    value: float
    single: float | None = None
    derivative: str = ""
    slope: float | None = None
    note: str = ""


class StageRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One layer's part of a phase.

    Attributes:
        phase: Which part of the pass.
        title: ``layer 1, linear 2 → 3``; ``loss, bce_with_logits``; ``adam, step 1``.
        sentence: What happens here in words; may be empty.
        row: Which row of the batch its lines follow, counted from 0; None where all rows enter.
        lines: The quantities that are shown.
        folded: How many further quantities of the same kind are left out of the lines; ``arrays`` has them all.
        arrays: Every number of the stage as nested lists, by symbol: ``{"z": [[…], …], "W": …}``.
    """

    phase: Phase
    title: str
    sentence: str = ""
    row: int | None = None
    lines: tuple[LineRecord, ...] = ()
    folded: int = 0
    arrays: dict[str, Any] = msgspec.field(default_factory=dict)


class RemarkRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that stands out.

    Attributes:
        kind: ``saturated``, ``dead``, ``vanished``, ``nothing moved``, ``strongest input`` …
        place: Layer or parameter that it is about; empty for the whole pass.
        sentence: What it is and why, with its numbers.
        rule: Code of the doctor's rule that knows it, such as T602; empty where there is none.
    """

    kind: str
    place: str
    sentence: str
    rule: str = ""


class CheckRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the numbers were checked against.

    Attributes:
        against: ``autograd``, or ``the trainer's own update``.
        compared: How many numbers.
        largest: Largest difference, relative to max(1, |value|).
        place: Where that is.
    """

    against: str
    compared: int
    largest: float
    place: str


class PassRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One pass.

    Attributes:
        schema_version: Version of this layout.
        network: In words: ``2-3-1, tanh``.
        loss: Choice of the loss.
        optimizer: Choice of the optimizer.
        inputs: Names of the inputs ``[i]``.
        rows: Rows in the batch.
        value: The loss, mean over the rows.
        stages: In the order in which they happen.
        remarks: What stands out.
        checks: What the numbers were compared with; all agreed, or there would be no record.
    """

    schema_version: int = SCHEMA_VERSION
    network: str
    loss: str
    optimizer: str
    inputs: tuple[str, ...]
    rows: int
    value: float
    stages: tuple[StageRecord, ...]
    remarks: tuple[RemarkRecord, ...] = ()
    checks: tuple[CheckRecord, ...] = ()
