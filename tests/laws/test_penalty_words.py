"""What recipes say of penalties, which words are refused, and whom activity penalties look at."""

import msgspec
import pytest

from pellucid.errors import UnknownNameError, UsageError
from pellucid.objectives.penalties import PENALTIES, activity_layers, penalties_of, read_penalties
from pellucid.records import Recipe

ELSEWHERE = [entry.name for entry in PENALTIES if not entry.is_penalty]


def test_a_recipes_own_fields_come_first_and_follow_decay_biases() -> None:
    recipe = Recipe(l1=0.1, l2=0.2, penalty="l1(strength=1e+3, on=first)+max_norm(limit=3)", decay_biases=False)
    assert [str(each) for each in penalties_of(recipe)] == [
        "l1(strength=0.1)",
        "l2(strength=0.2)",
        "l1(strength=1000, on=first)",
        "max_norm",
    ]
    assert [str(each) for each in penalties_of(Recipe(l2=0.2))] == ["l2(strength=0.2, on=all)"]
    assert penalties_of(Recipe()) == ()


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_another_field_sets_is_refused_as_a_penalty_with_that_field(name: str) -> None:
    entry = PENALTIES[name]
    with pytest.raises(UsageError, match=rf"{name} is no penalty.*A recipe sets it by itself: pl\.Recipe\(") as caught:
        read_penalties(f"l1 + {name}")
    assert entry.recipe in caught.value.message
    field = entry.recipe.partition("=")[0]
    assert field in {each.name for each in msgspec.structs.fields(Recipe)}


@pytest.mark.parametrize("entry", list(PENALTIES), ids=lambda entry: entry.name)
def test_the_recipe_that_an_entry_names_can_be_written(entry) -> None:
    recipe = eval(f"Recipe({entry.recipe.partition(', or ')[0]})", {"Recipe": Recipe})
    if entry.is_penalty:
        assert [each.name for each in penalties_of(recipe)] == [entry.name]


@pytest.mark.parametrize(
    ("text", "hidden", "layers"),
    [
        ("l1", (8, 4), ()),
        ("activity_l1", (8, 4, 8), (0, 1, 2)),
        ("l2 + activity_l1(on=narrowest)", (8, 4, 8), (1,)),
        ("activity_l1(on=narrowest)", (8, 8), (0,)),
    ],
)
def test_activity_is_penalised_in_the_layers_that_are_asked_for(text: str, hidden, layers) -> None:
    assert activity_layers(read_penalties(text), hidden) == layers


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ("max_nrm", UnknownNameError, r"There is no penalty 'max_nrm'\. Did you mean 'max_norm'"),
        ("l1(strength=-1)", UsageError, r"l1 needs strength ≥ 0, found l1\(strength=-1\)\."),
        ("l1(on=bias)", UnknownNameError, r"There is no on of l1 'bias'\. Did you mean 'biases'\?"),
        ("max_norm(limit=0)", UsageError, r"max_norm needs limit > 0"),
        ("l1 + ", UsageError, r"'l1 \+ ' has a \+ with nothing beside it"),
        ("elastic_net(l1_share=2)", UsageError, r"elastic_net needs 0 ≤ l1_share ≤ 1"),
    ],
)
def test_a_wrong_penalty_is_refused_with_a_sentence(text: str, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        read_penalties(text)


def test_activity_needs_hidden_values_and_one_opinion() -> None:
    with pytest.raises(UsageError, match="activity_l1 looks at hidden values, and this network has none"):
        activity_layers(read_penalties("activity_l1"), ())
    with pytest.raises(UsageError, match="Two activity penalties look at different layers"):
        activity_layers(read_penalties("activity_l1 + activity_l1(on=narrowest)"), (4,))
    with pytest.raises(UsageError, match="max_norm adds nothing to the loss"):
        PENALTIES("max_norm").value([1.0])
