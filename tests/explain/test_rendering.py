"""A pass as text, Markdown, LaTeX, HTML and JSON: everything is there, and nothing of a stranger's does anything."""

import base64
import hashlib
import html.parser
import json
import re

import msgspec
import pytest
from handwritten_passes import handwritten

from pellucid.explain.rendering import as_html, as_json, as_latex, as_markdown, as_page, as_text
from pellucid.records import PassRecord

HOSTILE = '<script>alert("1")</script>\u202e\x1b[31m$x$ \\input{secret} [a](b) </style>'
VOID = {"meta"}


class Outline(html.parser.HTMLParser):
    """What a page consists of; complains where tags do not match."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.words = [], [], [], []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_text_has_formula_numbers_and_value_on_a_line():
    lines = as_text(handwritten(), width=100).splitlines()
    assert lines[0] == "2-2-1, tanh · bce_with_logits · adam(lr=0.01) · loss 0.522"
    assert "    z₁⁽¹⁾ = w₁₁⁽¹⁾·x₁ + w₁₂⁽¹⁾·x₂ + b₁⁽¹⁾ = 0.42·0.5 + (−1.3)·(−1) + 0.1 = 1.61" in lines
    assert "    a₁⁽¹⁾ = tanh(z₁⁽¹⁾) = tanh(1.61) = 0.9232   slope 1 − (a₁⁽¹⁾)² = 0.1477" in lines
    assert "    … and 1 more" in lines
    assert "    ∂L/∂z₁⁽²⁾ = −e^(−z₁⁽²⁾) = −e⁽⁻⁷²⁰⁾ = −2.03·10⁻³¹³   in float32 0; underflows" in lines
    assert "    m ← β₁·m + (1 − β₁)·g = 0.9·0 + (1 − 0.9)·(−0.376) = −0.0376" in lines
    assert "  a₁⁽¹⁾ is 0.9232: near its end. [G203]" in lines
    assert lines[-1] == "Matches autograd: largest difference 1.1·10⁻¹⁶ over 9 numbers (at 1.weight)."


def test_weights_that_move_by_the_same_formulas_become_rows_of_a_table():
    lines = as_text(handwritten(weights=3)).splitlines()
    assert lines[lines.index("    the others by the same formulas") + 1 :][:3] == [
        "                  m   new",
        "    w₁₂⁽²⁾  −0.0376  0.21",
        "    w₁₃⁽²⁾  −0.0376  0.31",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_text_keeps_to_its_width_where_there_are_blanks_to_break_at(width):
    for line in as_text(handwritten(), width=width).splitlines():
        assert len(line) <= width or " " not in line.strip(), line


def test_colour_underlines_and_adds_nothing():
    class Pen:
        def strong(self, text):
            return f"\x1b[1m{text}\x1b[0m"

        quiet = wary = strong

    coloured = as_text(handwritten(), ink=Pen())
    assert coloured != as_text(handwritten())
    assert re.sub(r"\x1b\[\d+m", "", coloured) == as_text(handwritten())


def test_several_rows_and_several_passes_are_said():
    record = handwritten(rows=4)
    assert "loss 0.522 (mean over 4 rows)" in as_text(record)
    twice = msgspec.structs.replace(record, stages=record.stages * 2)
    headings = [line for line in as_text(twice).splitlines() if line.startswith(("forward", "backward", "update"))]
    assert headings == [f"{phase}, step {step}" for step in (1, 2) for phase in ("forward", "backward", "update")]


def test_markdown_sets_formulas_between_dollar_signs():
    told = as_markdown(handwritten())
    assert "# 2-2-1, tanh · bce\\_with\\_logits" in told
    assert r"- $z_{1}^{(1)} = w_{11}^{(1)} \cdot x_{1}" in told
    assert r"m \leftarrow" in told
    assert "### adam, step 1: $w_{11}^{(2)}$" in told


def test_latex_is_a_document_whose_braces_and_environments_match():
    told = as_latex(handwritten(name=HOSTILE))
    assert told.startswith(r"\documentclass{article}")
    assert told.rstrip().endswith(r"\end{document}")
    for name in set(re.findall(r"\\begin\{(\w+\*?)\}", told)):
        assert told.count(rf"\begin{{{name}}}") == told.count(rf"\end{{{name}}}")
    bare = re.sub(r"\\[{}]", "", told)
    assert bare.count("{") == bare.count("}")
    assert r"\documentclass" not in as_latex(handwritten(), whole=False)


def test_a_page_is_sealed_and_complete():
    page = as_page(handwritten())
    outline = Outline(page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = re.search(r'content="(default-src[^"]*)"', page)[1]
    assert policy.startswith("default-src &#x27;none&#x27;; style-src")
    assert digest in policy
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(outline.tags)
    assert not {"src", "href", "style"} & {key for key, _ in outline.attributes}
    assert "url(" not in style
    assert "prefers-color-scheme:dark" in style
    assert outline.tags.count("h1") == 1
    assert {"html", "head", "title", "main", "math", "details", "table", "caption"} <= set(outline.tags)
    assert ("lang", "en") in outline.attributes
    assert "2500 numbers" in page  # a table that would be too long is said, not laid out


def test_a_page_has_every_weight_and_folds_those_behind_the_first():
    page = as_page(handwritten(weights=5))
    assert page.count('alttext="w_1') >= 5
    assert "2 more weights" in page
    assert as_page(handwritten()) == as_page(handwritten())


def test_a_fragment_styles_nothing_but_itself():
    fragment = as_html(handwritten())
    assert fragment.startswith('<div class="pellucid-pass">')
    style = re.search(r"<style>(.*?)</style>", fragment, re.DOTALL)[1]
    selectors = re.findall(r"(?:^|\})\s*([^{}@]+)\{", style)
    assert all(part.strip().startswith(".pellucid-pass") for each in selectors for part in each.split(","))
    Outline(fragment)


@pytest.mark.parametrize("render", [as_html, as_page])
def test_names_cannot_become_markup(render):
    told = render(handwritten(name=HOSTILE))
    outline = Outline(told)
    assert "script" not in outline.tags
    assert "\u202e" not in told
    assert "\x1b" not in told
    assert '<script>alert("1")</script>' in "".join(outline.words)


def test_names_cannot_steer_a_terminal_or_a_viewer():
    assert "\x1b" not in as_text(handwritten(name=HOSTILE))
    assert "\u202e" not in as_text(handwritten(name=HOSTILE))
    assert r"\<script\>" in as_markdown(handwritten(name=HOSTILE))
    assert r"\$x\$" in as_markdown(handwritten(name=HOSTILE))
    assert r"\input" not in as_latex(handwritten(name=HOSTILE))


def test_json_is_the_record():
    record = handwritten()
    assert msgspec.json.decode(as_json(record), type=PassRecord) == record
    assert json.loads(as_json(record))["schema_version"] == 1
