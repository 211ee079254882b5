"""The doctor's page: what is wrong first, its line, its evidence and its fix; safe from whatever a program says."""

from typing import Any

import msgspec
import pytest
from test_page import HOSTILE, Structure, assert_sealed, headings

from pellucid.doctor.diagnosis import Diagnosis
from pellucid.doctor.outcome import Outcome
from pellucid.doctor.source import Cell, Source, read_source
from pellucid.records import Edit, Finding, Severity
from pellucid.report.doctor import render_diagnosis

PROGRAM = "".join(f"line{number} = {number}\n" for number in range(1, 21))
EFFECT = Finding(
    code="G207", slug="parameters-never-move", severity=Severity.ERROR, message="No parameter ever moved.",
    seen="900 steps",
)  # fmt: skip
ROOT = Finding(
    code="L103",
    slug="single-output-cross-entropy",
    severity=Severity.ERROR,
    message="CrossEntropyLoss gets one score a row.",
    file="train.py",
    line=9,
    fix="criterion = nn.BCEWithLogitsLoss()",
    seen="loss 0.0 in 900 of 900 steps",
    tried="60 steps: loss 0.69 → 0.58",
    evidence={"output_shape": [32, 1], "loss": 0.0},
    edits=(Edit("train.py", 9, 9, "line9 = 'mended'\n"),),
    effects=(EFFECT,),
)
NOTE = Finding(code="D414", slug="unseeded", severity=Severity.INFO, message="No seed was set.")


def page_of(*findings: Finding, sources: tuple[Source, ...] = (), **changes: Any) -> bytes:
    found = Diagnosis(list(findings), **{"checks": 69, **changes})
    return render_diagnosis(found, subject="train.py", sources=sources, command="pellucid run train.py")


def test_a_finding_is_told_with_its_line_evidence_fix_and_effects() -> None:
    source = read_source("train.py", PROGRAM)
    page = page_of(ROOT, NOTE, sources=(source,), blind=("The loss on the GPU was not seen.",))
    assert_sealed(page)
    assert headings(page) == ["What is wrong", "Worth knowing", "What was not seen", "How it was looked at"]
    words = Structure(page).words
    order = [
        "3 findings in train.py: 1 error, 1 note, 1 consequence",
        "L103 single-output-cross-entropy",
        "train.py:9",
        "    6  line6 = 6",
        "→    9  line9 = 9",
        "   12  line12 = 12",
        "Seen: loss 0.0 in 900 of 900 steps",
        "criterion = nn.BCEWithLogitsLoss()",
        "−    9  line9 = 9",
        "+    9  line9 = 'mended'",
        "Tried: 60 steps",
        "G207 parameters-never-move",
        "output shape32, 1",
        "Why it hurts: ",
        "D414 unseeded",
        "The loss on the GPU was not seen.",
        "pellucid run train.py",
        "# pellucid: ignore[L103]",
    ]
    places = [words.index(part) for part in order]
    assert places == sorted(places)
    assert "line5 = 5" not in words and "line13 = 13" not in words


def test_nothing_found_is_said_with_the_number_of_checks() -> None:
    words = Structure(page_of(outcome=Outcome(first=0.7, last=0.2, trivial=0.69))).words
    assert "Nothing found in train.py that is wrong" in words and "69 checks were made." in words
    assert "Training loss from 0.700 to 0.200; the best constant would have 0.690." in words
    assert "Nothing found in train.py that explains the error" in Structure(page_of(crashed=True)).words


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(first=1.0, last=50.0, is_diverged=True), "it diverged."),
        (Outcome(first=0.7, last=0.69, trivial=0.69, is_stuck=True), "nothing was learned that a constant"),
    ],
)
def test_how_training_came_out_is_said_at_the_top(outcome: Outcome, said: str) -> None:
    assert said in Structure(page_of(ROOT, outcome=outcome)).words


def test_lines_of_a_notebook_are_counted_within_their_cell() -> None:
    source = read_source("lesson.ipynb", "a = 1\nb = 2\nc = 3\n", (Cell(1, 1, 1), Cell(2, 2, 3)))
    finding = msgspec.structs.replace(ROOT, file="lesson.ipynb", cell=2, line=2, edits=())
    words = Structure(page_of(finding, sources=(source,))).words
    assert "lesson.ipynb cell 2:2" in words
    assert "→    2  c = 3" in words and "    1  b = 2" in words and "a = 1" not in words


def test_a_line_that_is_not_there_and_a_file_that_is_not_known_are_left_out() -> None:
    source = read_source("train.py", PROGRAM)
    for finding in (msgspec.structs.replace(ROOT, line=99), msgspec.structs.replace(ROOT, file="other.py")):
        assert "→" not in Structure(page_of(msgspec.structs.replace(finding, tried=""), sources=(source,))).words


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_stay_text(hostile: str) -> None:
    def evil(finding: Finding) -> Finding:
        texts = ("slug", "message", "fix", "seen", "tried", "layer")
        return msgspec.structs.replace(
            finding,
            **dict.fromkeys(texts, hostile),
            file=hostile,
            evidence={hostile: [hostile, {hostile: hostile}]},
            edits=(Edit(hostile, 1, 1, hostile),),
            effects=tuple(evil(each) for each in finding.effects),
        )

    source = read_source("train.py", PROGRAM)
    bad = msgspec.structs.replace(ROOT, message=hostile)
    before = Structure(page_of(ROOT, sources=(source,), blind=("x",)))
    page = page_of(evil(ROOT), bad, sources=(source,), blind=(hostile,))
    assert_sealed(page)
    after = Structure(page)
    assert set(after.tags) <= set(before.tags)
    assert {name for _, name, _ in after.attributes} <= {name for _, name, _ in before.attributes}
    assert "\x00" not in after.words and "\u202e" not in after.words


def test_the_page_is_the_same_every_time() -> None:
    assert page_of(ROOT, NOTE) == page_of(ROOT, NOTE)
