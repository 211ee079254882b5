"""How a factor and its values are written, on the command line and from Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.activations import ACTIVATIONS
from pellucid.errors import ContractError, UnknownNameError, UsageError
from pellucid.experiments.plans import FACTORS, Factor, factor, read_factor, read_factors
from pellucid.experiments.plans.factor import level_texts
from pellucid.objectives import LOSSES
from pellucid.records import Recipe


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("activation=relu,gelu,tanh", ("relu", "gelu", "tanh")),
        (" activation = relu , leaky_relu(slope=0.2) ", ("relu", "leaky_relu(slope=0.2)")),
        ("loss=huber(delta=1),mse,auto", ("huber(delta=1)", "mse", "auto")),
        ("schedule=warm_up(then=cosine_restarts(first=5)),constant", None),
        ("penalty=none,l1(strength=0.01, on=weights)+max_norm", ("", "l1(strength=0.01, on=weights)+max_norm")),
        ("lr=0.1,1e-3", (0.1, 0.001)),
        ("lr=1e-3:1e0:log:4", (0.001, 0.01, 0.1, 1.0)),
        ("dropout=0:0.5:5", (0.0, 0.125, 0.25, 0.375, 0.5)),
        ("dropout=0:0.5:linear:5", (0.0, 0.125, 0.25, 0.375, 0.5)),
        ("l2=0,1e-1:1e1:log:3", (0.0, 0.1, 1.0, 10.0)),
        ("l2=10:0.1:log:3", (10.0, 1.0, 0.1)),
        ("batch_size=16:256:log:5", (16, 32, 64, 128, 256)),
        ("batch-size=2:4:7", (2, 3, 4)),
        ("number_frequencies=0:48:3", (0, 32, 48)),
        ("hidden=64-64,32-32-32,none", ((64, 64), (32, 32, 32), ())),
        ("network=linear,16", ((), (16,))),
        ("width=8,16", (8, 16)),
        ("depth=1:3:3", (1, 2, 3)),
        ("decay_biases=yes,no", (True, False)),
        ("input_scale=false,true", (False, True)),
        ("clip_norm=none,1", (None, 1.0)),
        ("patience=5,NONE", (5, None)),
        ("recipe=plain,Tabular", ("plain", "tabular")),
        ("scaling=standard,power", ("standard", "power")),
        ("norm=none,batch-norm", ("none", "batch_norm")),
        ("class_weight=balanced", ("balanced",)),
        ("epochs=1e2", (100,)),
    ],
)
def test_what_is_written_is_what_varies(text, values):
    found = read_factor(text)
    assert not found.open
    if values is not None:
        assert found.values == values
        assert list(map(type, found.values)) == list(map(type, values))


@pytest.mark.parametrize(
    ("name", "given_values", "values"),
    [
        ("activation", ["relu", "tanh"], ("relu", "tanh")),
        ("activation", "relu,tanh", ("relu", "tanh")),
        ("activation", [ACTIVATIONS("leaky_relu", slope=0.2)], ("leaky_relu(slope=0.2)",)),
        ("loss", LOSSES("mse"), ("mse",)),
        ("lr", [1e-3, None, 1], (0.001, None, 1.0)),
        ("lr", np.array([0.5, 0.25]), (0.5, 0.25)),
        ("lr", 0.1, (0.1,)),
        ("lr", ["1e-2:1:log:3", 3], (0.01, 0.1, 1.0, 3.0)),
        ("hidden", [(64, 64), [32], (), "8-8", np.array([4])], ((64, 64), (32,), (), (8, 8), (4,))),
        ("batch_size", range(2, 5), (2, 3, 4)),
        ("batch_size", [np.int64(7), 8.0], (7, 8)),
        ("drop_last", [True, np.False_, "yes"], (True, False)),
    ],
)
def test_values_of_python_are_as_good(name, given_values, values):
    found = factor(name, given_values).values
    assert found == values
    assert list(map(type, found)) == list(map(type, values))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("activation=swish,relu,silu,relu,SiLU", ("swish", "relu")),
        ("loss=huber,huber(delta=1),huber( delta = 1.0 )", ("huber",)),
        ("lr=0.1,1e-1,0.2", (0.1, 0.2)),
        ("hidden=none,linear,8", ((), (8,))),
        ("penalty=none,l1(strength=1),l1(strength=1.0)", ("", "l1(strength=1)")),
        ("batch_size=1:3:log:9", (1, 2, 3)),
    ],
)
def test_equal_values_are_taken_once_by_the_first_name_that_was_given(text, values):
    assert read_factor(text).values == values


positive = st.floats(1e-12, 1e12)


@given(positive, positive, st.integers(2, 60))
def test_a_range_has_both_ends_exactly_and_even_steps_between(first, last, count):
    if first == last:
        return
    for spacing, expected in (("log", np.geomspace), ("linear", np.linspace)):
        values = factor("l2", f"{first!r}:{last!r}:{spacing}:{count}").values
        assert (values[0], values[-1]) == (first, last)
        if abs(np.log(last / first)) > 1e-6:
            assert len(values) == count
            assert np.allclose(values, expected(first, last, count), rtol=1e-11, atol=0)


def test_a_range_without_a_count_is_open():
    assert read_factor("lr=1e-1:1e-4:log") == Factor("lr", (1e-4, 1e-1), "log", open=True)
    assert read_factor("batch_size=8:64") == Factor("batch_size", (8, 64), "linear", open=True)
    assert read_factor("dropout=0:0.5:linear") == Factor("dropout", (0.0, 0.5), "linear", open=True)


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("lr=1e-4:1e-1:log:7", "log"),
        ("lr=0.1:0.9:3", "linear"),
        ("lr=0.001,0.01", "log"),
        ("lr=0.01,0.02", "linear"),
        ("dropout=0,0.1,0.5", "linear"),
        ("l2=0,1e-3:1e3:log:20", "linear"),  # a logarithmic axis has no place for 0
        ("clip_norm=none,1,10", "named"),
        ("activation=relu,tanh", "named"),
        ("hidden=8,80", "named"),
        ("drop_last=yes,no", "named"),
    ],
)
def test_a_factor_knows_how_its_axis_is_drawn(text, scale):
    assert read_factor(text).scale == scale


def test_texts_of_values_are_short_and_different():
    assert read_factor("lr=1e-4:1e-1:log:7").texts == (
        "0.0001",
        "0.000316",
        "0.001",
        "0.00316",
        "0.01",
        "0.0316",
        "0.1",
    )
    assert read_factor("hidden=64-64,8,none").texts == ("64-64", "8", "linear")
    assert read_factor("clip_norm=none,1,2.5").texts == ("none", "1", "2.5")
    assert read_factor("drop_last=yes,no").texts == ("yes", "no")
    assert read_factor("penalty=none,l1").texts == ("none", "l1")
    assert factor("l2", [1e-5, 1e6, 123456.0, 1 / 3]).texts == ("1e-5", "1e6", "123456", "0.333")
    assert factor("l2", [1 / 3, 0.3333]).texts == ("0.333", "0.3333")
    assert factor("l2", [1 / 3, 0.333333001]).texts == ("0.3333333", "0.333333")


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30, unique=True))
def test_different_numbers_have_different_texts_that_come_near_them(values):
    texts = level_texts(values)
    assert len(set(texts)) == len(values)
    assert np.allclose([float(text) for text in texts], values, rtol=5.1e-3)


@pytest.mark.parametrize(
    "text",
    ["activation=relu,leaky_relu(slope=0.2)", "lr=0.0001:0.1:log", "hidden=64-64,linear", "patience=none,5"],
)
def test_a_factor_is_written_as_it_is_read(text):
    assert str(read_factor(text)) == text
    assert read_factor(str(read_factor(text))) == read_factor(text)


def test_every_field_of_a_recipe_can_be_varied_or_says_why_not():
    refused = {"seed", "outputs", "lr_factors"}
    assert (
        set(FACTORS) - {"width", "depth", "elastic_net", "recipe", "scaling"} == set(Recipe.__struct_fields__) - refused
    )
    for name in refused:
        with pytest.raises(UsageError, match=f"{name} cannot be varied: "):
            read_factor(f"{name}=1,2")
    for name in Recipe.__struct_fields__:
        if name in FACTORS:
            default = getattr(Recipe(), name)
            assert factor(name, [default]).values == (default,)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("activation=relu,rellu", UnknownNameError, r"no activation 'rellu'. Did you mean 'relu'\?"),
        ("activaton=relu", UnknownNameError, r"no factor 'activaton'. Did you mean 'activation'\?"),
        ("norm=batch", UnknownNameError, r"no norm 'batch'. Did you mean 'batch_norm'\?"),
        ("monitor=errors", UnknownNameError, r"no monitor 'errors'. Did you mean 'error'\?"),
        ("penalty=max_nrom", UnknownNameError, r"no penalty 'max_nrom'. Did you mean 'max_norm'\?"),
        ("loss=huber(delta=-1)", UsageError, r"huber needs delta > 0, found huber\(delta=-1\)"),
        ("loss=huber(delta=1", UsageError, "'loss=huber\\(delta=1' cannot be read"),
        ("dropout=0.5,1.5", UsageError, "needs 0 ≤ dropout < 1, found dropout=1.5"),
        ("lr=0:1:log:3", UsageError, "needs lr > 0, or None, found lr=0.0"),
        ("l2=0:1:log:3", UsageError, "l2=0:1:log:3: both ends of a logarithmic range must be above 0"),
        ("l2=1:1:3", UsageError, "the ends of a range must differ. Write l2=1"),
        ("l2=1:2:1", UsageError, "a range has 2 to 100,000 points, found 1"),
        ("l2=1:2:100001", UsageError, "a range has 2 to 100,000 points, found 100001"),
        ("l2=1:2:x", UsageError, "A range is first:last:count or first:last:log:count"),
        ("l2=1:2:log:3:4", UsageError, "A range is first:last:count or first:last:log:count"),
        ("l2=5,1:2:log", UsageError, "l2=1:2:log is a range without a count, which stands alone"),
        ("lr=none:1:3", UsageError, "lr=none:1:3: the ends of a range are numbers"),
        ("lr=fast", UsageError, "lr takes numbers, found 'fast'"),
        ("lr=inf", UsageError, "lr takes numbers, found 'inf'"),
        ("batch_size=1.5", UsageError, "batch_size takes whole numbers, found '1.5'"),
        ("batch_size=none", UsageError, "batch_size takes whole numbers, found 'none'"),
        ("number_frequencies=8", UsageError, "number_frequencies a multiple of 16, found number_frequencies=8"),
        ("width=0,8", UsageError, "needs width ≥ 1, found width=0. No hidden layer is hidden=none"),
        ("hidden=64x64", UsageError, r"hidden takes the widths of all hidden layers, as in 64-64 .* found '64x64'"),
        ("hidden=64-0", UsageError, r"every hidden width ≥ 1, found hidden=\(64, 0\)"),
        ("decay_biases=maybe", UsageError, "decay_biases takes yes and no, found 'maybe'"),
        ("activation=relu,,tanh", UsageError, "has an empty place beside a comma"),
        ("activation=relu,", UsageError, "has an empty place beside a comma"),
        ("activation=", UsageError, "'activation=' cannot be read. Write a factor and its values, such as"),
        ("activation", UsageError, "'activation' cannot be read. Write a factor and its values, such as"),
        ("seeds=3", UsageError, "seeds cannot be varied: .* --seeds 10"),
        ("folds=3,5", UsageError, "folds cannot be varied: it is part of how variants are judged"),
        ("context=1,2", UsageError, "context cannot be varied: it changes what all variants learn from"),
        ("recipe=plian", UnknownNameError, r"no recipe 'plian'. Did you mean 'plain'\?"),
        ("scaling=standart", UnknownNameError, "Did you mean 'standard'"),
    ],
)
def test_a_factor_that_cannot_be_meant_is_refused(text, error, message):
    with pytest.raises(error, match=message):
        read_factor(text)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("hidden", (64, 64), r"found 64. One hidden layer is \(64,\)"),
        ("lr", [], "lr has no values"),
        ("lr", {"a": 1}, "lr takes values, found {'a': 1}"),
        ("lr", [True], "lr takes numbers, found True"),
        ("activation", [3], "activation takes names such as identity, found 3"),
        ("norm", [None], "norm takes words, found None"),
        ("penalty", [1], "penalty takes penalties joined by \\+, or none, found 1"),
    ],
)
def test_values_of_python_that_cannot_be_meant_are_refused(name, values, message):
    with pytest.raises(UsageError, match=message):
        factor(name, values)


def test_a_factor_given_twice_is_refused():
    with pytest.raises(UsageError, match="lr is varied twice"):
        read_factors(["lr=1,2", "activation=relu", "lr=3"])
    with pytest.raises(UsageError, match="hidden is varied twice"):
        read_factors({"hidden": [(3,)], "network": "4"})
    assert [each.name for each in read_factors({"lr": [0.1], "activation": "relu,tanh"})] == ["lr", "activation"]
    assert read_factors("lr=0.1") == read_factors(["lr=0.1"]) == read_factors({"lr": 0.1})


def test_a_flat_activation_is_left_to_the_recipe_that_has_hidden_layers_for_it():
    assert read_factor("activation=sign").values == ("sign",)
    assert issubclass(ContractError, UsageError)
