"""A pass as Markdown, formulas between dollar signs."""

import re
import unicodedata

from pellucid.explain.notation import to_latex
from pellucid.explain.rendering.parts import (
    check_sentence,
    equation,
    folded_words,
    headline,
    passages,
    remark_words,
    title_of,
)
from pellucid.records.passes import LineRecord, PassRecord, StageRecord

__all__ = ["as_markdown"]

_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|$~])")


def as_markdown(record: PassRecord) -> str:
    """The pass as Markdown; needs a viewer that sets ``$…$``, such as Jupyter, GitHub or Pandoc."""
    lines = [f"# {_words(headline(record))}", ""]
    for passage in passages(record):
        lines += [f"## {_words(passage.heading)}", ""]
        for stage in passage.stages:
            title = title_of(stage)
            symbol = f"${to_latex(title.symbol)}$" if title.symbol else ""
            lines += [f"### {_words(title.words)}{symbol}", ""]
            if stage.sentence:
                lines += [_words(stage.sentence), ""]
            lines += [f"- {_line(line, stage)}" for line in stage.lines]
            if stage.folded and stage.lines:
                lines.append(f"- {folded_words(stage)}")
            lines.append("")
    if record.remarks:
        lines += ["## what stands out", ""]
        lines += [f"- {_words(remark_words(remark))}" for remark in record.remarks]
        lines.append("")
    lines += [f"{_words(check_sentence(check))}  " for check in record.checks]
    return "\n".join(lines).rstrip() + "\n"


def _line(line: LineRecord, stage: StageRecord) -> str:
    told = equation(line, stage)
    sign = r"\leftarrow" if told.sign == "←" else "="
    formula = f"${to_latex(told.symbol)} {sign} {' = '.join(map(to_latex, told.sides))}$"
    if told.slope:
        formula += f", slope ${' = '.join(map(to_latex, told.slope))}$"
    return f"{formula} ({_words(told.remark)})" if told.remark else formula


def _words(text: str) -> str:
    """Words of anybody that no viewer takes for markup."""
    plain = "".join(
        letter if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else "\ufffd"
        for letter in text
    )
    return _MARKS.sub(r"\\\1", plain).replace("&", "&amp;")
