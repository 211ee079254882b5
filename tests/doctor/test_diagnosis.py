"""Diagnosis: rules asked and contained, what they suspect silenced, weighed, joined and put in order."""

import random

import numpy as np
import pytest
import torch
from sessions_by_hand import session
from toy_rules import (
    CAUSE,
    NONSENSE,
    READER,
    SYMPTOM,
    TOYS,
    rule,
    see_computing_for_ever,
    see_disturbing,
    see_endless,
    see_raising,
    see_raising_late,
    see_sleeping,
    see_unspeakable,
)

from pellucid.doctor.diagnosis import diagnose, examine
from pellucid.doctor.facts import Place, Session
from pellucid.doctor.rule import Suspicion
from pellucid.doctor.source import Source, read_source
from pellucid.records import Severity

STUCK = [1.0986] * 10 + [1.0987] * 20
LEARNT = [1.1] * 10 + [0.1] * 20
SCRIPT = "a\nb\nc\nd\nloss = criterion(out, y)\ntoy(1)\n"


def test_an_empty_session_gives_nothing() -> None:
    assert diagnose(Session(), rules=TOYS) == []


def test_a_cause_is_told_first_with_its_symptoms_under_it() -> None:
    (root,) = diagnose(session(STUCK), rules=TOYS)
    assert (root.code, root.slug, root.severity, root.file, root.line) == ("Y101", "toy-cause", "error", "train.py", 5)
    assert (root.message, root.seen, root.fix) == ("The loss cross_entropy is a toy.", "1 of 1 losses", "pass")
    (effect,) = root.effects
    assert (effect.code, effect.severity, effect.step, effect.layer) == ("Y303", "error", 10, "0")


def test_suspicions_of_one_rule_about_one_place_are_joined() -> None:
    (finding,) = diagnose(session(STUCK), rules=[SYMPTOM])
    assert finding.message == "Units are dead. Also in “2”."
    assert finding.evidence == {"dead": 3, "layers": ["0", "2"]}


@pytest.mark.parametrize(("values", "severity"), [(STUCK, "error"), (LEARNT, "info"), ([1.1], "info")])
def test_a_symptom_is_an_error_only_where_the_run_has_come_to_nothing(values: list[float], severity: str) -> None:
    (finding,) = diagnose(session(values), rules=[SYMPTOM])
    assert finding.severity == severity


def test_a_symptom_is_a_warning_where_the_loss_did_not_fall_and_no_constant_is_known() -> None:
    (finding,) = diagnose(session([2.0, 2.1] * 15, kind="by_hand"), rules=[SYMPTOM])
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("see", "reason"),
    [
        (see_raising, "ValueError: toy trouble"),
        (see_raising_late, "SystemExit: 7"),
        (see_unspeakable, "UnspeakableError"),
        (see_computing_for_ever, "it took longer than 0.2 s"),
        (see_sleeping, "it took longer than 0.2 s"),
    ],
)
def test_a_broken_rule_is_noted_and_the_others_are_heard(see: object, reason: str) -> None:
    broken = rule("Y999", "toy-broken", see=see)
    cause, note = diagnose(session(STUCK), rules=[broken, CAUSE], limit=0.2)
    assert cause.code == "Y101"
    assert (note.code, note.slug, note.severity) == ("X000", "rule-failed", "info")
    assert note.message == f"Rule Y999 toy-broken could not be applied: {reason}. Nothing else is affected."
    assert note.evidence == {"rule": "Y999", "reason": reason}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
def test_a_rule_that_gives_nonsense_is_noted(nonsense: object) -> None:
    (note,) = diagnose(session(STUCK), rules=[rule("Y999", "toy-broken", see=lambda _: nonsense)])
    assert note.code == "X000"
    assert "Error: " in note.evidence["reason"]


def test_a_rule_that_suspects_for_ever_is_cut_short() -> None:
    (finding,) = diagnose(session(STUCK), rules=[rule("Y999", "toy-endless", see=see_endless)])
    assert finding.message == "again"


def test_nothing_that_a_rule_changes_reaches_the_program() -> None:
    run = session(STUCK)
    torch.manual_seed(5)
    np.random.seed(5)
    random.seed(5)
    expected = (torch.rand(3).tolist(), np.random.rand(), random.random())
    torch.manual_seed(5)
    np.random.seed(5)
    random.seed(5)
    modes = [module.training for module in run.models[0].module.modules()]
    assert diagnose(run, rules=[rule("Y999", "toy-rude", see=see_disturbing)]) == []
    assert (torch.rand(3).tolist(), np.random.rand(), random.random()) == expected
    assert [module.training for module in run.models[0].module.modules()] == modes
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32


def test_a_rule_does_not_see_the_programs_gradient_mode() -> None:
    modes: list[bool] = []
    with torch.no_grad():
        diagnose(Session(), rules=[rule("Y999", "toy", see=lambda _: modes.append(torch.is_grad_enabled()) or [])])
        assert not torch.is_grad_enabled()
    assert modes == [True]


def test_what_a_rule_sees_makes_superfluous_what_it_reads_in_the_same_file() -> None:
    both = rule("Y404", "toy-reader", see=CAUSE.see, read=READER.read)
    here, there = read_source("train.py", SCRIPT), read_source("other.py", "toy(1)\n")
    found = diagnose(session(STUCK), sources=[here, there], rules=[both])
    assert [(each.file, each.line) for each in found] == [("other.py", 1), ("train.py", 5)]


def test_sources_that_only_took_part_are_not_read() -> None:
    run = session(STUCK)
    run.sources.append(read_source("train.py", SCRIPT))
    assert diagnose(run, rules=[READER]) == []
    (finding,) = diagnose(run, sources=run.sources, rules=[READER])
    assert (finding.line, finding.edits[0].text) == (6, "mended\n")


def test_comments_silence_before_causes_are_looked_for() -> None:
    run = session(STUCK)
    run.sources.append(read_source("train.py", SCRIPT.replace("out, y)", "out, y)  # pellucid: ignore[Y101]")))
    found = examine(run, rules=TOYS)
    assert [each.code for each in found.findings] == ["Y303"]
    assert (found.silenced, found.checks) == (1, 4)


def test_evidence_becomes_plain_data() -> None:
    evidence = {"t": torch.tensor([1.5]), "n": np.float32(2), "i": float("inf"), 3: (1, None), "o": object}
    (finding,) = diagnose(Session(), rules=[rule("Y1", "y", see=lambda _: [Suspicion("x", evidence=evidence)])])  # type: ignore[arg-type]
    assert finding.evidence == {"t": [1.5], "n": 2.0, "i": "inf", "3": [1, None], "o": str(object)}


def test_a_diagnosis_reads_as_text_and_counts() -> None:
    found = examine(session(STUCK), rules=TOYS)
    assert len(found) == 1
    assert list(found) == found.findings
    assert str(found).startswith("2 findings: 1 error, 1 consequence\n\nY101 error  toy-cause")
    assert str(examine(Session(), rules=TOYS)) == "Doctor: nothing wrong found in 4 checks."


def test_the_file_of_a_place_is_read_for_its_comments(tmp_path: object) -> None:
    path = f"{tmp_path}/mine.py"
    with open(path, "w", encoding="utf-8") as stream:  # noqa: PTH123
        stream.write("x = 1  # pellucid: ignore\n")
    run = session(STUCK)
    run.losses[0].place = Place(path, 1)
    found = examine(run, rules=[CAUSE])
    assert (found.findings, found.silenced) == ([], 1)
    assert [source.file for source in run.sources] == [path]


def test_what_was_seen_without_a_line_takes_that_of_the_same_in_the_source() -> None:
    def see(_: Session) -> list[Suspicion]:
        return [Suspicion("No seed.", seen="never called")]

    def read(source: Source) -> list[Suspicion]:
        return [Suspicion("No seed.", seen="not in the file", place=Place(source.file, 3))]

    source = read_source("train.py", SCRIPT)
    (finding,) = examine(session(STUCK), sources=[source], rules=[rule("Y700", "unseeded", see=see, read=read)])
    assert (finding.line, finding.seen) == (3, "never called")
