"""A GPU that has stopped at an error: told in one sentence, and what lies in main memory is judged all the same."""

import pytest
import torch
from sessions_by_hand import session
from toy_rules import CAUSE, rule

from pellucid.doctor.diagnosis import examine
from pellucid.doctor.facts import Session


def fails(*_: object) -> None:
    raise torch.AcceleratorError("CUDA error: device-side assert triggered")


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Session:
    """What was seen of a program whose GPU stopped: nothing that asks the GPU for anything comes back."""
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    for name in ("synchronize", "get_rng_state_all", "device_count"):
        monkeypatch.setattr(torch.cuda, name, fails)
    found = session([1.1, 1.1])
    found.error = RuntimeError("CUDA error: device-side assert triggered")
    found.blind.append("Calls of modules could not be watched any longer (AcceleratorError: CUDA error: …).")
    return found


def test_rules_that_need_it_say_nothing_and_the_others_what_they_see(stopped: Session) -> None:
    diagnosis = examine(stopped, rules=[rule("Y900", "reads-the-gpu", see=fails), CAUSE])
    assert [finding.code for finding in diagnosis] == ["Y101"]
    (sentence,) = diagnosis.blind
    assert sentence.startswith("The GPU has stopped at an error") and "CUDA_LAUNCH_BLOCKING=1" in sentence
    assert examine(stopped, rules=[CAUSE]).blind == (sentence,)


def test_other_failures_of_rules_are_told_as_ever(stopped: Session) -> None:
    def breaks(_: Session) -> None:
        raise ValueError("no")

    (note,) = examine(stopped, rules=[rule("Y901", "breaks", see=breaks)])
    assert note.code == "X000"


def test_a_program_that_ended_otherwise_keeps_its_gpu(stopped: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: None)
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", list)
    diagnosis = examine(stopped, rules=[rule("Y900", "reads-the-gpu", see=fails)])
    assert [finding.code for finding in diagnosis] == ["X000"]
    assert not any("The GPU has stopped" in sentence for sentence in diagnosis.blind)
