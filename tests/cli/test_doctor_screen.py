"""The doctor's screen: the answer first, each cause with its evidence, fix and effects, in 80 columns."""

import pytest
from handwritten_findings import CAUSE, NOTE, WARNING, diagnosis

from pellucid.cli.doctor_screen import as_dye, is_failed, page_lines, rule_list_lines
from pellucid.cli.layout import Ink
from pellucid.doctor.rule import Page, Rule
from pellucid.doctor.text import finding_lines
from pellucid.records import Finding, Severity

SCREEN = """\
5 findings in train.py: 1 error, 1 warning, 1 note, 2 consequences

L103 error  single-output-cross-entropy                              train.py:58
  CrossEntropyLoss gets one score a row, so softmax is always 1 and the loss
  always 0.
  seen    output [32, 1], target [32, 1] of 0s and 1s; loss 0.0 in 900 of 900
          steps, ‖gradient‖ = 0.0
  fix     criterion = nn.BCEWithLogitsLoss()        # and last_layer_activation_fn=None
  tried   60 steps with the fix on a copy: loss 0.69 → 0.58, accuracy 0.61 →
          0.72
  causes  G207 No parameter ever moved · T608 Accuracy 60.84 % is the share of
          the larger class

D401 warning  unscaled-features                           lesson.ipynb cell 3:21
  Fare reaches 512 while Sex is 0 or 1.

D414 note  unseeded
  No seed was set.

More: pellucid rule L103.   Silence a line: # pellucid: ignore[L103]"""


def test_the_screen_has_the_answer_first_and_fits_80_columns() -> None:
    lines = diagnosis(CAUSE, WARNING, NOTE).lines(subject="train.py")
    assert "\n".join(lines) == SCREEN
    # Code is not broken, and nothing else is wider.
    assert all(len(line) <= 80 for line in lines if not line.startswith("  fix"))


def test_nothing_found_is_one_line_that_says_in_how_many_checks() -> None:
    assert diagnosis().lines(subject="train.py") == ["Doctor: nothing wrong found in train.py in 69 checks."]
    assert diagnosis(silenced=2).lines() == ["Doctor: nothing wrong found in 69 checks. 2 silenced."]


def test_what_was_not_seen_and_what_is_silenced_is_told() -> None:
    lines = diagnosis(NOTE, silenced=1, blind=("Net is compiled by torch.compile.",)).lines()
    assert lines[0] == "1 finding: 1 note (1 silenced)"
    assert "Not seen: Net is compiled by torch.compile." in lines


def test_a_place_that_does_not_fit_gets_a_line_of_its_own_whole() -> None:
    long = "a_very_long_folder_name/" * 4 + "train.py"
    finding = Finding(
        code="L101", slug="softmax-before-cross-entropy", severity=Severity.ERROR, message="x", file=long, line=7
    )
    assert finding_lines(finding)[:2] == ["L101 error  softmax-before-cross-entropy", f"  {long}:7"]


def test_a_name_from_a_stranger_steers_no_terminal() -> None:
    evil = Finding(
        code="L101", slug="s", severity=Severity.ERROR, message="a\x1b[2Jb", fix="c\x1b[2Jd", file="\x1b[2J", line=1
    )
    assert "\x1b" not in "\n".join(finding_lines(evil))


@pytest.mark.parametrize(
    ("fix", "lines"),
    [
        ("x = " + "f(" * 40 + ")" * 40, 1),
        ("with torch.no_grad():\n    x = 1", 2),
        ("Leave the layer as PyTorch makes it, or draw its weights: nn.init.kaiming_uniform_(model[0].weight)", 2),
        ("Leave the layer as it is, since PyTorch draws its weights from a range that suits it.\nx = 1", 3),
    ],
)
def test_code_is_never_broken_and_sentences_are(fix: str, lines: int) -> None:
    finding = Finding(code="L101", slug="s", severity=Severity.ERROR, message="m", fix=fix)
    assert len(finding_lines(finding)) == 2 + lines


def test_colour_changes_no_letter() -> None:
    import re

    plain = diagnosis(CAUSE, WARNING, NOTE).lines()
    dyed = diagnosis(CAUSE, WARNING, NOTE).lines(dye=as_dye(Ink(on=True)))
    assert [re.sub(r"\x1b\[\d*m", "", line) for line in dyed] == plain
    assert dyed != plain


def test_failing_counts_consequences_too() -> None:
    assert is_failed([CAUSE], "error")
    assert not is_failed([WARNING], "error")
    assert is_failed([WARNING], "warning")
    assert not is_failed([NOTE], "warning")
    assert not is_failed([CAUSE], None)
    import msgspec

    assert is_failed([msgspec.structs.replace(WARNING, effects=CAUSE.effects)], "error")


PAGE = Page("What it is.", "x = 1\n", "x = 2\n", "It hurts.", "Found so.", "Not more.", ("Somebody (2020).",))
RULE = Rule(
    code="L101", slug="toy", severity=Severity.ERROR, stages="SP", summary="A toy.", page=PAGE, causes=("T608", "G207")
)


def test_a_rules_page_shows_wrong_and_right_and_how_it_is_silenced() -> None:
    assert page_lines(RULE, width=80, ink=Ink()) == [
        "L101 error  toy",
        "A toy.",
        "",
        "What it is.",
        "",
        "Wrong",
        "    x = 1",
        "",
        "Right",
        "    x = 2",
        "",
        "Why it hurts",
        "  It hurts.",
        "",
        "How it is found (before training, by an experiment on a copy)",
        "  Found so.",
        "",
        "Limits",
        "  Not more.",
        "",
        "What it can bring about",
        "  T608 G207",
        "",
        "Sources",
        "  Somebody (2020).",
        "",
        "Silence a line: # pellucid: ignore[L101]",
    ]


def test_all_rules_stand_a_line_each_family_by_family() -> None:
    import dataclasses

    other = dataclasses.replace(RULE, code="T608", slug="stuck", severity=Severity.WARNING)
    assert rule_list_lines({"L101": RULE, "T608": other}, width=80, ink=Ink()) == [
        "2 rules. One of them, with examples: pellucid rule L101",
        "",
        "L101  error    toy    A toy.",
        "",
        "T608  warning  stuck  A toy.",
    ]
