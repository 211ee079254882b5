"""The linear notation: read, written, filled in, worked out; nothing that comes along makes it fail."""

import re
import unicodedata
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.explain.notation import mentions, put_in, to_latex, to_mathml, to_text, to_words, work_out
from pellucid.explain.notation.letters import plain_of
from pellucid.explain.notation.reading import read
from pellucid.explain.notation.tree import Text
from pellucid.explain.notation.unicode import linear_of
from pellucid.reference import KINDS

FORMULAS = sorted(
    {
        formula
        for kind in KINDS
        for entry in kind.registry
        for formula in (entry.formula, getattr(entry, "derivative", ""))
        if isinstance(formula, str) and formula
    }
)
# MathML Core, as far as it is written here.
CORE = {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "msub", "msup", "msubsup", "mover"}
CORE |= {"munder"}
CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "mover": 2, "munder": 2}


def letters(text):
    """What is left of a formula without the ways in which indices and exponents can be written."""
    return re.sub(r"[_{}^()]", "", plain_of(unicodedata.normalize("NFC", text)))


def check_mathml(markup):
    root = ElementTree.fromstring(markup)
    for each in root.iter():
        assert each.tag in CORE, each.tag
        assert len(each) == CHILDREN.get(each.tag, len(each)), markup
        assert set(each.attrib) <= {"display", "displaystyle", "alttext", "form", "accent", "width", "stretchy"} | {
            "lspace",
            "rspace",
        }
    return root


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_formula_of_the_registries_is_read(formula):
    """Nothing is lost, and it is no mere text."""
    node = read(formula)
    assert not isinstance(node, Text), formula
    assert letters(linear_of(node)) == letters(formula)
    assert letters(to_text(formula)) == letters(formula)
    check_mathml(to_mathml(formula))
    latex = to_latex(formula)
    bare = re.sub(r"\\[{}|]", "", latex)
    assert bare.count("{") == bare.count("}")
    assert bare.count(r"\left") == bare.count(r"\right") + bare.count(r"\leftarrow")


@pytest.mark.parametrize(
    ("formula", "text", "latex"),
    [
        ("w_11·x_1 + b_1", "w₁₁·x₁ + b₁", r"w_{11} \cdot x_{1} + b_{1}"),
        ("w_12^(2)", "w₁₂⁽²⁾", "w_{12}^{(2)}"),
        ("w_{1,10}", "w_{1,10}", "w_{1, 10}"),
        ("1 − a_1^(1)^2", "1 − (a₁⁽¹⁾)²", None),
        ("β_1^t", "β₁ᵗ", None),
        ("∂L/∂w_12^(2)", "∂L/∂w₁₂⁽²⁾", r"\frac{\partial L}{\partial w_{12}^{(2)}}"),
        ("2.03·10^−313", "2.03·10⁻³¹³", None),
        ("x if x > 0 else slope·x", "x if x > 0 else slope·x", None),
        ("log p(class | cluster)", "log p(class | cluster)", None),
        ("|x|", "|x|", r"\left| x \right|"),
        ("m̂/(√v̂ + ε)", "m̂/(√v̂ + ε)", None),
    ],
)
def test_a_formula_is_written_in_small_letters_and_in_latex(formula, text, latex):
    assert to_text(formula) == text
    if latex is not None:
        assert re.sub(r"\\?\s", "", to_latex(formula)) == re.sub(r"\\?\s", "", latex)


def test_a_quotient_becomes_a_fraction_and_loses_its_brackets():
    root = check_mathml(to_mathml("lr·m̂/(√v̂ + ε)"))
    fraction = root.find(".//mfrac")
    assert "".join(fraction[0].itertext()) == "lr·m^"
    assert "(" not in "".join(fraction[1].itertext())


def test_what_is_written_is_escaped():
    markup = to_mathml('<script>alert(1)</script> & \u202e "x"')
    assert "<script" not in markup
    assert "\u202e" not in markup
    check_mathml(markup)
    assert to_latex(r"\input{secret} $x$ %").count(r"\input") == 0


@given(st.text(max_size=60))
def test_whatever_is_written_degrades_to_text(text):
    to_text(text)
    to_latex(text)
    put_in(text, {"x": -1.5})
    check_mathml(to_mathml(text))


@given(st.text(alphabet="xyw12_^()[]|·/−+ √Σ∂{}=<if else,log½²ᵗ", max_size=40))
def test_whatever_looks_like_a_formula_keeps_its_letters(text):
    assert letters(linear_of(read(text))).replace(" ", "") == letters(text).replace(" ", "")
    check_mathml(to_mathml(text))


def test_deep_brackets_and_long_formulas_do_no_harm():
    for text in (
        "(" * 5000,
        "(" * 200 + "x" + ")" * 200,
        "√" * 3000 + "x",
        "−" * 3000 + "x",
        "x^" * 2000 + "x",
        "(" * 40,
        "|(" * 40,
        "log " * 900,
    ):
        check_mathml(to_mathml(text))
        to_latex(text)


@pytest.mark.parametrize(
    ("formula", "values", "expected"),
    [
        ("w_11·x_1 + w_12·x_2 + b_1", {"w_11": 0.42, "x_1": 0.5, "w_12": -1.3, "x_2": -1, "b_1": 0.1}, None),
        ("w·x", {"w": -0.5, "x": -2}, "−0.5·(−2)"),
        ("−x²", {"x": -0.5}, "−(−0.5)²"),
        ("2x", {"x": 3}, "2·3"),
        ("exp(−x)", {"x": -1}, "exp(−(−1))"),
        ("max(0, x)", {"x": -1}, "max(0, −1)"),
        ("a/b", {"a": 1, "b": 2e-9}, "1/(2·10^−9)"),
        ("x", {"x": [1, -2]}, "(1, −2)"),
        ("tanh(x)", {"x": "z_1"}, "tanh(z_1)"),
        ("exp(x) + y", {"x": 1}, "exp(1) + y"),
        ("β₁·m", {"β_1": 0.9, "m": 1}, "0.9·1"),
        ("∂L/∂z_1·a_1", {"∂L/∂z_1": -0.407, "a_1": 0.923}, "−0.407·0.923"),
        ("x if x > 0 else slope·x", {"x": -1.0, "slope": 0.01}, "−1 if −1 > 0 else 0.01·(−1)"),
    ],
)
def test_numbers_are_put_in(formula, values, expected):
    expected = expected or "0.42·0.5 + (−1.3)·(−1) + 0.1"
    assert put_in(formula, values) == expected


@given(st.dictionaries(st.sampled_from("xyw"), st.floats(-1e6, 1e6).map(lambda v: float(f"{v:.3g}")), min_size=3))
def test_a_formula_with_numbers_comes_to_the_same(values):
    for formula in ("x·y − w", "−x² + |y|·w", "x − y·(w − x)", "max(x, y)/(1 + w²)", "x if x > y else −w"):
        expected = float(work_out(formula, values))
        assert float(work_out(put_in(formula, values), {})) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_formula_is_worked_out_element_by_element():
    g = np.array([-2.0, 0.0, 3.0])
    assert work_out("max(|g|, 1) if g > 0 else −g/2", {"g": g}).tolist() == [1.0, -0.0, 3.0]
    with pytest.raises(ValueError, match="has no value"):
        work_out("x + y", {"x": 1.0})
    with pytest.raises(ValueError, match="no arithmetic"):
        work_out("the nearest whole number", {})


def test_names_are_found_in_formulas():
    assert mentions("β_1·m + (1 − β_1)·g", "m")
    assert not mentions("max(0, x)", "m")
    assert not mentions("w_1", "w_12")


def test_symbols_in_sentences_are_written_small_and_words_left_alone():
    assert to_words("w_12^(2) is 2·10^−9 in column a_total") == "w₁₂⁽²⁾ is 2·10⁻⁹ in column a_total"
