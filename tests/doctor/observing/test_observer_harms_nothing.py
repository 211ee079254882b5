"""A program computes the same bits, warns alike and keeps its own modes, observed or not."""

import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from observed_habits import HABITS, Program, same
from observed_oddities import ODDITIES
from observed_perils import PERILS

from pellucid.doctor.facts import Session
from pellucid.doctor.observing import Observer


def run(program: Program) -> tuple[list[Any], list[tuple[str, str]]]:
    """What it returns, and its warnings: what they say and in which file."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        result = program()
    return result, [(str(each.message), each.filename) for each in told if each.category is not ResourceWarning]


@pytest.fixture(autouse=True)
def nothing_compiled() -> Iterator[None]:
    """What one test has compiled would hide functions from the observers of all later ones."""
    yield
    if "torch._dynamo" in sys.modules:
        torch._dynamo.reset()
        torch._dynamo.utils.counters.clear()


@pytest.mark.parametrize("program", [*HABITS, *ODDITIES, *PERILS], ids=lambda program: program.__name__)
def test_a_program_computes_the_same_bits_when_it_is_observed(program: Program) -> None:
    plain, warned = run(program)
    if "torch._dynamo" in sys.modules:
        torch._dynamo.reset()
        torch._dynamo.utils.counters.clear()
    session = Session()
    with Observer(session):
        observed, warned_again = run(program)
    assert same(plain, observed)
    assert set(warned_again) <= set(warned)  # some are given once per process
    assert not [sentence for sentence in session.blind if "could not be watched any longer" in sentence]
    assert torch._C._len_torch_function_stack() == 0


def test_what_is_compared_is_not_blind() -> None:
    plain, _ = run(HABITS[0])
    other, _ = run(HABITS[1])
    assert same(plain, plain) and not same(plain, other)


def test_a_compiled_model_is_said_to_be_hidden() -> None:
    session = Session()
    with Observer(session):
        ODDITIES[-2]()
    assert session.models[0].blind == "compiled by torch.compile"
    assert session.models[0].name == "Net"
    assert any("torch.compile" in sentence for sentence in session.blind)
    assert session.optimizers[0].steps == 6
