"""The notation of choices, the ranges of parameters, and names with their aliases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.catalogue import Chosen, Entry, Parameter, Registry, read_choice, write_choice
from pellucid.errors import UnknownNameError, UsageError

HUBER = Entry(
    name="huber",
    formula="…",
    purpose="…",
    source="…",
    aliases=("HuberLoss",),
    presets={"pseudo": {"delta": 2.0}},
    parameters=(Parameter(name="delta", default=1.0, meaning="where it turns", low=0, open_low=True),),
)
LOSSES: Registry[Entry, Chosen[Entry]] = Registry(
    "loss", [HUBER, Entry(name="mse", formula="", purpose="", source="")], Chosen
)

numbers = st.floats(allow_nan=False, allow_infinity=False)
words = st.from_regex(r"[a-z]{3}_[a-z]{3}", fullmatch=True)
values = st.one_of(numbers, st.integers(), st.booleans(), words, st.lists(numbers, min_size=1, max_size=3).map(tuple))


@given(st.dictionaries(words, values, max_size=4))
def test_what_is_written_is_read_back(given_numbers):
    name, read = read_choice(write_choice("some_loss", given_numbers))
    assert (name, read) == ("some_loss", given_numbers)


def test_a_choice_can_stand_inside_another():
    inner = read_choice("warm_up(then=restarts(first=5, factor=[1, 2]), share=0.1)").given
    assert inner == {"then": "restarts(first=5, factor=[1, 2])", "share": 0.1}


@pytest.mark.parametrize(
    "text", ["", "huber(", "huber(delta)", "huber(delta=)", "(x=1)", "huber(x=[1)", "huber)(", "1"]
)
def test_what_cannot_be_read_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match=r"cannot be read.*huber\(delta=0\.5\)"):
        read_choice(text)


def test_a_parameter_given_twice_is_refused():
    with pytest.raises(UsageError, match="delta twice"):
        read_choice("huber(delta=1, delta=2)")


@pytest.mark.parametrize("name", ["huber", "Huber", "HuberLoss", "huber_loss", "huber-loss", " huber "])
def test_letter_case_and_hyphens_of_a_name_do_not_matter(name):
    assert LOSSES(name).name == "huber"


def test_a_choice_writes_only_what_differs_from_the_defaults():
    assert str(LOSSES("huber", delta=1)) == "huber"
    assert str(LOSSES("huber(delta=2)")) == str(LOSSES("pseudo")) == "huber(delta=2)"
    assert str(LOSSES(LOSSES("pseudo"), delta=3)) == "huber(delta=3)"


def test_a_wrong_name_gets_the_nearest_and_a_wrong_parameter_its_range():
    with pytest.raises(UnknownNameError, match=r"no loss 'hubr'\. Did you mean 'huber'"):
        LOSSES("hubr")
    with pytest.raises(UnknownNameError, match=r"no parameter of huber 'dleta'\. Did you mean 'delta'"):
        LOSSES("huber", dleta=1)
    with pytest.raises(UsageError, match=r"huber needs delta > 0, found huber\(delta=0\)"):
        LOSSES("huber", delta=0)
    with pytest.raises(UsageError, match="mse has no parameters, found delta=1"):
        LOSSES("mse", delta=1)


@pytest.mark.parametrize(
    ("parameter", "bad", "rule"),
    [
        (Parameter(name="p", default=0.0, meaning="", low=0, high=1, open_high=True), 1.0, "0 ≤ p < 1"),
        (Parameter(name="p", default=1, meaning="", kind="whole", low=1), 1.5, "p whole ≥ 1"),
        (Parameter(name="p", default=True, meaning="", kind="flag"), 1, "p true or false"),
        (Parameter(name="p", default=0.0, meaning=""), float("nan"), "p any number"),
        (Parameter(name="p", default=0.0, meaning=""), float("inf"), "p any number"),
        (Parameter(name="p", default=0.0, meaning=""), True, "p any number"),
        (Parameter(name="p", default=(0.5,), meaning="", kind="numbers", low=0), (0.5, -1.0), "every one of p ≥ 0"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_range(parameter, bad, rule):
    with pytest.raises(UsageError, match=f"thing needs {rule}, found"):
        parameter.check(bad, "thing")


def test_an_alias_that_names_two_entries_is_refused_when_it_is_registered():
    with pytest.raises(ValueError, match="names two entries"):
        Registry("loss", [HUBER, Entry(name="other", formula="", purpose="", source="", aliases=("huber",))], Chosen)
