"""A pass as a piece of HTML, for a notebook or inside a page."""

from pellucid.explain.notation import to_mathml
from pellucid.explain.rendering.markup import Markup, element, join
from pellucid.explain.rendering.parts import (
    Passage,
    check_sentence,
    equation,
    folded_words,
    headline,
    passages,
    remark_words,
    title_of,
)
from pellucid.explain.rendering.style import FRAGMENT_STYLE
from pellucid.explain.rendering.tables import number_tables
from pellucid.records.passes import LineRecord, PassRecord, StageRecord

__all__ = ["as_html", "pass_body"]

# Weights of an update beyond the first few are folded away: they move alike.
_OPEN_UPDATES = 3


def as_html(record: PassRecord) -> str:
    """The pass with a style sheet of its own that touches nothing else."""
    return str(element("div", element("style", Markup(FRAGMENT_STYLE)), pass_body(record), class_="pellucid-pass"))


def pass_body(record: PassRecord) -> Markup:
    """Headline, phases, remarks and checks."""
    remarks = None
    if record.remarks:
        listed = (element("li", remark_words(remark)) for remark in record.remarks)
        remarks = element("section", element("h2", "what stands out"), element("ul", *listed, class_="remarks"))
    checks = element("section", *(element("p", check_sentence(check), class_="check") for check in record.checks))
    return join(
        element("h1", headline(record)),
        *map(_passage, passages(record)),
        remarks,
        checks,
    )


def _passage(passage: Passage) -> Markup:
    # The first stage of an update is what all weights share.
    open_ones = 1 + _OPEN_UPDATES
    folds = passage.stages[0].phase == "update" and len(passage.stages) > open_ones
    shown = passage.stages[:open_ones] if folds else passage.stages
    rest = passage.stages[len(shown) :]
    more = None
    if rest:
        more = element("details", element("summary", f"{len(rest)} more weights"), *map(_stage, rest))
    return element("section", element("h2", passage.heading), *map(_stage, shown), more)


def _stage(stage: StageRecord) -> Markup:
    lines = numbers = None
    if stage.lines:
        # One place to scroll for all lines of a stage: formulas do not break, and every such place stops the Tab key.
        lines = element(
            "div",
            *(_line(line, stage) for line in stage.lines),
            class_="scroll",
            tabindex=0,
            role="group",
            aria_label=stage.title,
        )
    if stage.arrays:
        numbers = element("details", element("summary", "all numbers"), number_tables(stage.arrays))
    title = title_of(stage)
    return element(
        "div",
        element("h3", title.words, _math(title.symbol) if title.symbol else None),
        element("p", stage.sentence) if stage.sentence else None,
        lines,
        element("p", folded_words(stage), class_="quiet") if stage.folded and stage.lines else None,
        numbers,
        class_="stage",
    )


def _line(line: LineRecord, stage: StageRecord) -> Markup:
    """The symbol with its formula, and below it the same with numbers, and the value."""
    told = equation(line, stage)
    *before, value = told.sides
    first, *rest = before or [value]
    rows = [element("div", _math(f"{told.symbol} {told.sign} {first}"), class_="formula")]
    rows += [element("div", _math(f"= {side}"), class_="numbers") for side in rest]
    if before:
        rows.append(element("div", _math(f"= {value}"), class_="value"))
    if told.slope:
        rows.append(element("div", "slope ", _math(" = ".join(told.slope)), class_="slope"))
    if told.remark:
        rows.append(element("div", told.remark, class_="note"))
    return element("div", *rows, class_="line")


def _math(formula: str) -> Markup:
    return Markup(to_mathml(formula, block=False))
