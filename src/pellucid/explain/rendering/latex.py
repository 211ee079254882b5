"""A pass as a LaTeX document."""

from pellucid.explain.notation import escape_latex, to_latex
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

__all__ = ["as_latex"]

_HEAD = r"""\documentclass{article}
\usepackage[a4paper,margin=2cm]{geometry}
\usepackage{amsmath}
\usepackage{iftex}
\ifPDFTeX\usepackage[T1]{fontenc}\fi
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\begin{document}"""
_TAIL = r"\end{document}"


def as_latex(record: PassRecord, *, whole: bool = True) -> str:
    """The pass in LaTeX.

    Args:
        record: The pass.
        whole: With preamble; False gives what belongs inside a document that loads amsmath.
    """
    lines = [rf"\section*{{{escape_latex(headline(record))}}}"]
    for passage in passages(record):
        lines.append(rf"\subsection*{{{escape_latex(passage.heading)}}}")
        for stage in passage.stages:
            lines += _stage(stage)
    if record.remarks:
        lines += [r"\subsection*{what stands out}", r"\begin{itemize}"]
        lines += [rf"\item {escape_latex(remark_words(remark))}" for remark in record.remarks]
        lines.append(r"\end{itemize}")
    lines += [rf"{escape_latex(check_sentence(check))}\par" for check in record.checks]
    return "\n".join([_HEAD, *lines, _TAIL] if whole else lines) + "\n"


def _stage(stage: StageRecord) -> list[str]:
    title = title_of(stage)
    symbol = f"${to_latex(title.symbol)}$" if title.symbol else ""
    lines = [rf"\subsubsection*{{{escape_latex(title.words)}{symbol}}}"]
    if stage.sentence:
        lines.append(escape_latex(stage.sentence))
    if stage.lines:
        body = " \\\\\n".join(row for line in stage.lines for row in _line(line, stage))
        lines += [r"\begin{align*}", body, r"\end{align*}"]
    if stage.folded and stage.lines:
        lines.append(escape_latex(folded_words(stage)))
    return lines


def _line(line: LineRecord, stage: StageRecord) -> list[str]:
    """The symbol, and below one another what it equals: numbers make lines long."""
    told = equation(line, stage)
    sign = r"\leftarrow" if told.sign == "←" else "="
    first, *rest = map(to_latex, told.sides)
    rows = [f"{to_latex(told.symbol)} &{sign} {first}", *(f"&= {side}" for side in rest)]
    if told.slope:
        rows.append(rf"&\phantom{{=}}\ \text{{slope }} {' = '.join(map(to_latex, told.slope))}")
    if told.remark:
        rows.append(rf"&\phantom{{=}}\ \text{{{escape_latex(told.remark)}}}")
    return rows
