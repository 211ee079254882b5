"""Changes of source: what stands elsewhere stays as it was, and the result is Python."""

import ast

import pytest

from pellucid.doctor.source import Source, apply_edits, read_source

CODE = """\
import torch
def forward(x):
    é = torch.softmax(net(x), dim=1)  # schön
    return é

for x in data:
    optimizer.zero_grad()
    loss = f(
        x,
        1,
    )
    if a: b()
    c(); d()
"""


def source() -> Source:
    return read_source("t.py", CODE)


def changed(*edits: object) -> list[str]:
    """Lines that differ after the edits, new ones with +, old ones with -."""
    import difflib

    text = apply_edits(CODE, edits)  # type: ignore[arg-type]
    ast.parse(text)
    return [line for line in difflib.ndiff(CODE.splitlines(), text.splitlines()) if line[0] in "+-"]


def test_an_expression_is_replaced_where_it_stands_beyond_ascii_too() -> None:
    own = source()
    call = own.calls("torch.softmax")[0]
    edit = own.replace(call.node, own.segment(call.args[0]))
    assert (edit.file, edit.first, edit.last) == ("t.py", 3, 3)
    assert changed(edit) == ["-     é = torch.softmax(net(x), dim=1)  # schön", "+     é = net(x)  # schön"]


def test_several_expressions_of_a_line_change_at_once() -> None:
    own = source()
    call = own.calls("torch.softmax")[0]
    edit = own.rewrite([(call.node.func, "torch.log_softmax"), (call.keywords["dim"], "-1")])
    assert changed(edit)[1] == "+     é = torch.log_softmax(net(x), dim=-1)  # schön"


def test_an_expression_of_several_lines_is_replaced_as_a_whole() -> None:
    own = source()
    assert sorted(changed(own.replace(own.calls("f")[0].node, "g(x)")), reverse=True) == [
        "-     loss = f(",
        "-     )",
        "-         x,",
        "-         1,",
        "+     loss = g(x)",
    ]


def test_a_statement_goes_with_its_line() -> None:
    own = source()
    assert changed(own.delete(own.statement(own.calls(".zero_grad")[0].node))) == ["-     optimizer.zero_grad()"]


@pytest.mark.parametrize(
    ("name", "line"), [("b", "+     if a: pass"), ("c", "+     pass; d()"), ("d", "+     c(); pass")]
)
def test_pass_stands_in_where_something_must(name: str, line: str) -> None:
    own = source()
    assert changed(own.delete(own.statement(own.calls(name)[0].node)))[1] == line


def test_lines_are_put_in_at_the_indentation_of_their_neighbour() -> None:
    own = source()
    loss = own.statement(own.calls("f")[0].node)
    before, after = own.insert_before(loss, "first()"), own.insert_after(loss, "if z:\n    last()")
    assert changed(before, after, after) == ["+     first()", "+     if z:", "+         last()"]
    assert apply_edits(CODE, [after]).splitlines()[11:13] == ["    if z:", "        last()"]


def test_two_changes_of_one_line_are_refused() -> None:
    own = source()
    call = own.calls("torch.softmax")[0]
    with pytest.raises(ValueError, match=r"Two changes want line 3 of t\.py"):
        apply_edits(CODE, [own.replace(call.node, "a"), own.replace(call.node, "b")])


def test_a_file_without_a_last_line_end_can_be_changed() -> None:
    own = read_source("t.py", "x = 1")
    assert apply_edits("x = 1", [own.insert_after(own.tree.body[0], "y = 2")]) == "x = 1\ny = 2\n"
