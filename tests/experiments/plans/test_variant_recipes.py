"""From a variant to the recipe that trains."""

import pytest

from pellucid.errors import ContractError, UnknownNameError, UsageError
from pellucid.experiments import RECIPES, FitOptions
from pellucid.experiments.choosing import choose_recipe
from pellucid.experiments.plans import Variant, grid, read_factors, variant_recipe
from pellucid.tables import TASKS

ROWS = 500


def one(vary):
    (variant,) = grid(read_factors(vary if isinstance(vary, list) else [vary]))
    return variant


def applied(vary, task="binary", levels=(), **options):
    return variant_recipe(FitOptions(target=("y",), **options), task, ROWS, levels, one(vary))[0]


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("task", TASKS)
def test_a_variant_is_what_fit_would_train_with_the_same_options(name, task):
    asked = {"activation": "prelu", "optimizer": "sgd", "hidden": (8, 4), "l2": 0.5, "batch_size": 17}
    own = {"code": 3, "task": task} if task in ("embedding", "reconstruction") else {}
    levels = (0.1, 0.9) if task == "quantile" else ()
    base = FitOptions(target=("y",), recipe=name, dropout=0.25, scaling="power", **own)
    variant = one(["activation=prelu", "optimizer=sgd", "hidden=8-4", "l2=0.5", "batch_size=17"])
    options = FitOptions(target=("y",), recipe=name, dropout=0.25, scaling="power", **own, **asked)
    assert variant_recipe(base, task, ROWS, levels, variant) == choose_recipe(options, task, ROWS, levels)


def test_the_strength_of_an_elastic_net_joins_the_other_penalties():
    assert applied("elastic_net=0.01").penalty == "elastic_net(strength=0.01)"
    assert applied("elastic_net=0.01", penalty="max_norm(limit=2)").penalty == (
        "max_norm(limit=2)+elastic_net(strength=0.01)"
    )
    assert applied(["penalty=l1", "elastic_net=1"]).penalty == "l1+elastic_net(strength=1.0)"
    with pytest.raises(UsageError, match="elastic_net needs strength ≥ 0"):
        applied("elastic_net=-1")


def test_a_variant_wins_over_the_options_and_none_is_a_value():
    assert applied("activation=tanh", activation="relu").activation == "tanh"
    assert applied("lr=none", lr=0.5).lr is None
    assert applied("penalty=none", penalty="l1").penalty == ""
    assert applied("hidden=none", hidden=(3, 3)).hidden == ()
    assert applied("dropout=0.5", lr=0.5).lr == 0.5


def test_fields_without_an_option_are_set_too():
    recipe = applied(["clip_norm=2", "patience=7", "monitor=loss", "drop_last=no", "input_noise=0.5", "l1=0.25"])
    assert (recipe.clip_norm, recipe.patience, recipe.monitor, recipe.drop_last) == (2.0, 7, "loss", False)
    assert (recipe.input_noise, recipe.l1) == (0.5, 0.25)


def test_what_belongs_to_a_replaced_part_goes_with_it_unless_it_is_set_too():
    assert not applied("activation=prelu").parametric_activation
    assert applied("activation=gelu").parametric_activation
    assert not applied(["activation=gelu", "parametric_activation=no"]).parametric_activation
    recipe = applied("optimizer=sgd")
    assert (recipe.lr, recipe.width_scaled_lr, recipe.weight_decay) == (None, False, None)
    assert applied(["optimizer=sgd", "width_scaled_lr=yes"]).width_scaled_lr
    assert applied("optimizer=sgd", lr=0.5).lr == 0.5


def test_the_named_recipe_and_the_scaling_are_varied_as_options_are():
    base = FitOptions(target=("y",), lr=0.5)
    for name in RECIPES:
        options = FitOptions(target=("y",), lr=0.5, recipe=name)
        found = variant_recipe(base, "binary", ROWS, (), one(f"recipe={name}"))
        assert found == choose_recipe(options, "binary", ROWS)
        options = FitOptions(target=("y",), lr=0.5, recipe=name, scaling="power")
        found = variant_recipe(base, "binary", ROWS, (), one([f"recipe={name}", "scaling=power"]))
        assert found == choose_recipe(options, "binary", ROWS)
    assert applied(["recipe=plain", "width=8"]).hidden == (8, 8)
    assert applied(["recipe=tabular", "depth=2"], recipe="plain").hidden == (64, 64)


def test_a_variant_without_a_change_is_the_base():
    base = FitOptions(target=("y",), lr=0.5)
    assert variant_recipe(base, "binary", ROWS, (), Variant("", {}, {})) == choose_recipe(base, "binary", ROWS)
    with pytest.raises(UnknownNameError, match=r"^There is no activation 'gelux'"):
        variant_recipe(FitOptions(target=("y",), activation="gelux"), "binary", ROWS, (), Variant("", {}, {}))


def test_width_and_depth_change_the_layers_of_the_base():
    assert applied("width=8").hidden == (8, 8, 8)
    assert applied("width=8", hidden=(64, 32)).hidden == (8, 8)
    assert applied("depth=2").hidden == (64, 64)
    assert applied("depth=1", hidden=(5, 5)).hidden == (5,)
    assert applied(["width=8", "depth=2"], hidden=()).hidden == (8, 8)
    assert applied("width=8", recipe="plain").hidden == (8, 8)


def test_layers_of_a_reconstruction_are_mirrored_behind_its_code():
    own = {"task": "reconstruction", "code": 3}
    base = FitOptions(target=(), **own)
    for vary, hidden in (
        ("hidden=8-4", (8, 4, 3, 4, 8)),
        ("width=8", (8, 3, 8)),
        (["width=8", "depth=2"], (8, 8, 3, 8, 8)),
    ):
        assert variant_recipe(base, "reconstruction", ROWS, (), one(vary))[0].hidden == hidden


def test_the_wanted_levels_stand_in_the_loss_of_every_variant():
    assert applied("loss=pinball", "quantile", (0.2, 0.8)).loss == "quantile(levels=[0.2, 0.8])"
    assert applied("lr=0.5", "quantile", (0.2, 0.8)).loss == "quantile(levels=[0.2, 0.8])"


@pytest.mark.parametrize(
    ("vary", "options", "error", "message"),
    [
        ("activation=sign", {}, ContractError, "^Variant sign: Rule N507 .* sign is flat"),
        (["norm=batch_norm", "batch_size=1"], {}, UsageError, "^Variant batch_norm, batch_size 1: batch_norm needs"),
        (["activation=prelu", "parametric_activation=yes"], {}, UsageError, "^Variant prelu, parametric.*own numbers"),
        ("loss=poisson_nll", {"task": "regression"}, UsageError, "^Variant poisson_nll: .* reads counts as they are"),
        ("norm=batch_norm", {"task": "sequence"}, UsageError, "^Variant batch_norm: Sequences differ in length"),
        ("depth=2", {"hidden": (4, 8)}, UsageError, "^Variant depth 2: .* the base has 4-8. Give the width too"),
        ("depth=2", {"hidden": ()}, UsageError, "^Variant depth 2: .* the base has no hidden layer. Give the width"),
        ("width=2", {"hidden": ()}, UsageError, "^Variant width 2: .* the base has none. Give their number too"),
    ],
)
def test_what_does_not_go_together_is_refused_with_the_name_of_the_variant(vary, options, error, message):
    with pytest.raises(error, match=message) as caught:
        variant_recipe(FitOptions(target=("y",), **options), options.get("task", "binary"), ROWS, (), one(vary))
    assert str(caught.value) == caught.value.message
    if error is ContractError:
        assert caught.value.code == "N507"


def test_an_error_keeps_what_it_carries():
    variant = Variant("odd", {"activation": "gelux"}, {"activation": "gelux"})
    with pytest.raises(UnknownNameError, match=r"^Variant odd: There is no activation 'gelux'") as caught:
        variant_recipe(FitOptions(target=("y",)), "binary", ROWS, (), variant)
    assert caught.value.suggestion == "gelu"
