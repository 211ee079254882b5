"""Explanation: one pass, ready to be read."""

from dataclasses import dataclass

from pellucid.explain import rendering
from pellucid.records.passes import CheckRecord, PassRecord, RemarkRecord, StageRecord

__all__ = ["Explanation"]


@dataclass(frozen=True)
class Explanation:
    """One forward pass, one backward pass and one update in numbers; printing it tells them.

    Attributes:
        record: Everything, as plain data.
    """

    record: PassRecord

    @property
    def value(self) -> float:
        """The loss, mean over the rows."""
        return self.record.value

    @property
    def stages(self) -> tuple[StageRecord, ...]:
        """In the order in which they happen."""
        return self.record.stages

    @property
    def remarks(self) -> tuple[RemarkRecord, ...]:
        """What stands out."""
        return self.record.remarks

    @property
    def checks(self) -> tuple[CheckRecord, ...]:
        """What the numbers were compared with."""
        return self.record.checks

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        record = self.record
        return f"<Explanation of {record.network}, {record.loss}: loss {record.value:.6g}, {len(record.stages)} stages>"

    def _repr_html_(self) -> str:
        return self.html()

    def text(self) -> str:
        """For a terminal."""
        return rendering.as_text(self.record)

    def markdown(self) -> str:
        """Markdown with formulas between dollar signs."""
        return rendering.as_markdown(self.record)

    def latex(self) -> str:
        """For a paper."""
        return rendering.as_latex(self.record)

    def html(self, *, whole: bool = False) -> str:
        """HTML with formulas in MathML: a piece for a notebook, or a whole page."""
        return rendering.as_page(self.record) if whole else rendering.as_html(self.record)

    def json(self) -> str:
        """The record as one JSON document."""
        return rendering.as_json(self.record)
