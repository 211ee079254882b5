"""The contract over the whole registry: every loss × every task is consistent, or refused with a way out that works."""

import re

import pytest
from made_up_targets import chosen

from pellucid.activations import ACTIVATIONS
from pellucid.errors import CONTRACT_RULES, ContractError, UnknownNameError, UsageError
from pellucid.heads import HEADS
from pellucid.objectives import LOSSES, choose, contract_rows, contract_table
from pellucid.objectives.automatic import AUTOMATIC
from pellucid.objectives.examples import EXAMPLES, example
from pellucid.objectives.reach import reach
from pellucid.objectives.ruled_out import RULED_OUT
from pellucid.records import TARGET_TASKS, Recipe, TargetSpec
from pellucid.records.storage import decode_json, encode_json

EVERY = [(loss.name, task) for loss in LOSSES for task in TARGET_TASKS]
ALLOWED = [(name, task) for name, task in EVERY if task in LOSSES[name].targets]
REFUSED = [(name, task) for name, task in EVERY if task not in LOSSES[name].targets]
BINARY = TargetSpec(task="binary", classes=2)


def recipe_of(error):
    """The recipe that an error names, run as a person would run it."""
    import pellucid as pl

    assert error.recipe.startswith("pl.Recipe(")
    return eval(error.recipe, {"pl": pl})


def follow(error, target):
    recipe = recipe_of(error)
    return choose(recipe.loss, target, output_activation=recipe.output_activation, outputs=recipe.outputs)


def refused(loss, target, **given):
    with pytest.raises(ContractError) as caught:
        choose(loss, target, **given)
    return caught.value


@pytest.mark.parametrize(("name", "task"), ALLOWED)
def test_what_fits_has_an_output_and_a_head_that_fit(name, task):
    loss = chosen(name)
    target = example(task, loss)
    objective = choose(loss, target)
    head = objective.head
    assert task in head.entry.tasks
    assert head.entry.outputs(target, head.numbers) in (0, objective.outputs)
    assert objective.outputs >= 1
    assert ACTIVATIONS(objective.link).entry.trainable
    # The link may also be written out, and so may the width.
    assert choose(loss, target, output_activation=objective.link, outputs=objective.outputs).link == objective.link


@pytest.mark.parametrize(("name", "task"), REFUSED)
def test_what_does_not_fit_is_refused_with_a_recipe_that_does(name, task):
    loss = chosen(name)
    target = example(task, loss)
    error = refused(loss, target)
    assert error.code in CONTRACT_RULES
    assert error.slug == CONTRACT_RULES[error.code]
    assert isinstance(error, UsageError)
    assert task in follow(error, target).loss.entry.targets


@pytest.mark.parametrize(("name", "task"), ALLOWED)
def test_every_output_activation_is_accepted_or_refused_with_a_recipe_that_fits(name, task):
    loss = chosen(name)
    target = example(task, loss)
    for activation in ACTIVATIONS.names():
        try:
            objective = choose(loss, target, output_activation=activation)
        except ContractError as error:
            assert task in follow(error, target).loss.entry.targets
        else:
            assert ACTIVATIONS[objective.link].name == activation


def test_the_table_has_every_task_and_every_loss_and_is_plain_data():
    rows = contract_rows()
    expected = [(task, name) for task in TARGET_TASKS for name in LOSSES.names()]
    assert [(row["task"], row["loss"]) for row in rows] == expected
    assert decode_json(encode_json(rows), list)


@pytest.mark.parametrize("task", TARGET_TASKS)
def test_a_row_says_either_how_or_why_not(task):
    for row in contract_table():
        if row.task != task:
            continue
        assert row.allowed == (task in LOSSES[row.loss].targets)
        if row.allowed:
            assert row.link in ACTIVATIONS and row.outputs and row.head in HEADS and row.gives and row.decision
            assert row.link not in row.also
            assert not (row.code or row.reason or row.recipe)
        else:
            assert row.code in CONTRACT_RULES and row.slug and row.recipe
            assert not (row.link or row.also or row.head)


@pytest.mark.parametrize("task", TARGET_TASKS)
def test_every_task_has_one_automatic_loss(task):
    assert [row.loss for row in contract_table() if row.task == task and row.automatic] == [AUTOMATIC[task]]
    assert choose("auto", EXAMPLES[task]).loss.name == AUTOMATIC[task]


@pytest.mark.parametrize(
    ("task", "given", "loss"),
    [
        ("binary", {"output_activation": "sigmoid"}, "bce"),
        ("binary", {"outputs": 2}, "cross_entropy"),
        ("binary", {"output_activation": "log_softmax", "outputs": 2}, "nll"),
        ("multiclass", {"output_activation": "log_softmax"}, "nll"),
        ("multilabel", {"output_activation": "sigmoid"}, "bce"),
        ("distribution", {"output_activation": "log_softmax"}, "kl_divergence"),
        ("regression", {"output_activation": "maxout(pieces=2)"}, "mse"),
    ],
)
def test_auto_goes_by_the_output_that_is_asked_for(task, given, loss):
    assert choose("auto", EXAMPLES[task], **given).loss.name == loss


# Exercise 4: six published recipes for the same two classes.
@pytest.mark.parametrize(
    ("loss", "activation", "outputs", "code"),
    [
        ("L1Loss", "sigmoid", 1, "L110"),
        ("MSELoss", "sigmoid", 1, "L110"),
        ("NLLLoss", "relu", 1, "L105"),
        ("CrossEntropyLoss", "relu", 1, "L103"),
        ("KLDivLoss", "relu", 1, "L106"),
        ("KLDivLoss", "log_softmax", 1, "L103"),
    ],
)
def test_the_faulty_recipes_of_exercise_4_are_refused_by_their_rules(loss, activation, outputs, code):
    error = refused(loss, BINARY, output_activation=activation, outputs=outputs)
    assert error.code == code
    assert recipe_of(error) == Recipe(loss="bce_with_logits")


REAL = TargetSpec(task="regression", low=-3.0, high=3.0)
SMALL = TargetSpec(task="regression", low=0.0, high=1.0)
CLASSES = TargetSpec(task="multiclass", classes=4)
LABELS = TargetSpec(task="multilabel", columns=3)


@pytest.mark.parametrize(
    ("loss", "target", "given", "code", "recipe"),
    [
        ("cross_entropy", CLASSES, {"output_activation": "softmax"}, "L101", "cross_entropy"),
        ("cross_entropy", CLASSES, {"output_activation": "log_softmax"}, "L101", "cross_entropy"),
        ("cross_entropy", CLASSES, {"output_activation": "sigmoid"}, "L101", "cross_entropy"),
        ("focal", CLASSES, {"output_activation": "softmax"}, "L101", "focal"),
        ("bce_with_logits", BINARY, {"output_activation": "sigmoid"}, "L102", "bce_with_logits"),
        ("bce_with_logits", LABELS, {"output_activation": "sigmoid"}, "L102", "bce_with_logits"),
        ("focal", BINARY, {"output_activation": "sigmoid"}, "L102", "focal"),
        ("cross_entropy", BINARY, {"outputs": 1}, "L103", "bce_with_logits"),
        ("nll", BINARY, {"output_activation": "log_softmax", "outputs": 1}, "L103", "bce_with_logits"),
        ("bce", BINARY, {"output_activation": "softmax", "outputs": 1}, "L103", "bce"),
        ("mse", REAL, {"output_activation": "softmax", "outputs": 1}, "L103", "mse"),
        ("bce", BINARY, {"output_activation": "identity"}, "L104", "bce_with_logits"),
        ("bce", BINARY, {"output_activation": "relu"}, "L104", "bce"),
        ("nll", CLASSES, {"output_activation": "softmax"}, "L105", "nll"),
        ("nll", CLASSES, {"output_activation": "identity"}, "L105", "cross_entropy"),
        ("ctc", EXAMPLES["sequence"], {"output_activation": "identity"}, "L105", "ctc"),
        ("kl_divergence", EXAMPLES["distribution"], {"output_activation": "softmax"}, "L106", "kl_divergence"),
        ("kl_divergence", CLASSES, {}, "L106", "cross_entropy"),
        ("bce_with_logits", BINARY, {"output_activation": "relu"}, "L109", "bce_with_logits"),
        ("cross_entropy", CLASSES, {"output_activation": "tanh"}, "L109", "cross_entropy"),
        ("cross_entropy", CLASSES, {"output_activation": "increasing"}, "L109", "cross_entropy"),
        ("mse", REAL, {"output_activation": "relu"}, "L109", "mse"),
        ("mse", REAL, {"output_activation": "tanh"}, "L109", "mse"),
        ("mse", REAL, {"output_activation": "sigmoid"}, "L109", "mse"),
        ("mse", SMALL, {"output_activation": "softmax"}, "L109", "mse"),
        ("huber(delta=0.5)", REAL, {"output_activation": "sigmoid"}, "L109", "huber(delta=0.5)"),
        ("poisson_nll", EXAMPLES["count"], {"output_activation": "softplus"}, "L109", "poisson_nll"),
        ("hinge", BINARY, {"output_activation": "relu"}, "L109", "hinge"),
        ("mse", CLASSES, {}, "L110", "cross_entropy"),
        ("bce_with_logits", CLASSES, {}, "L111", "cross_entropy"),
        ("cross_entropy", LABELS, {}, "L111", "bce_with_logits"),
        ("bce", LABELS, {"output_activation": "softmax"}, "L111", "bce"),
        ("bce_with_logits", LABELS, {"output_activation": "softmax"}, "L111", "bce_with_logits"),
        ("bce_with_logits", REAL, {}, "L112", "mse"),
        ("cross_entropy", CLASSES, {"outputs": 5}, "L113", "cross_entropy"),
        ("cross_entropy", CLASSES, {"outputs": 3}, "L113", "cross_entropy"),
        ("mse", REAL, {"outputs": 2}, "L113", "mse"),
        ("mse", SMALL, {"output_activation": "crelu"}, "L113", "mse"),
        ("bce_with_logits(pos_weight=[1, 2])", LABELS, {}, "L120", "bce_with_logits"),
        ("cross_entropy", CLASSES, {"output_activation": "step"}, "L121", "cross_entropy"),
        ("mse", REAL, {"output_activation": "round"}, "L121", "mse"),
        ("cosine_embedding", CLASSES, {}, "L122", "cross_entropy"),
        ("margin_ranking", BINARY, {}, "L122", "bce_with_logits"),
    ],
)
def test_every_rule_fires_on_its_own_mistake(loss, target, given, code, recipe):
    error = refused(loss, target, **given)
    assert error.code == code
    assert recipe_of(error) == Recipe(loss=recipe)
    assert follow(error, target)


@pytest.mark.parametrize(
    ("loss", "target", "activation"),
    [
        ("mse", SMALL, "sigmoid"),
        ("mse", TargetSpec(task="regression", low=-1, high=1), "tanh"),
        ("mse", TargetSpec(task="regression"), "sigmoid"),  # nothing is known of the targets
        ("l1", TargetSpec(task="regression", low=0, high=50), "softplus"),
        ("hinge", BINARY, "tanh"),
        ("bce", BINARY, "hard_sigmoid"),
        ("poisson_nll(log_input=false)", EXAMPLES["count"], "exp"),
        ("cosine_embedding", EXAMPLES["similarity"], "tanh"),
        ("cross_entropy", CLASSES, "identity"),
    ],
)
def test_what_reaches_the_targets_is_let_pass(loss, target, activation):
    objective = choose(loss, target, output_activation=activation)
    assert objective.link == activation


def test_an_embedding_has_the_width_that_is_asked_for():
    target = EXAMPLES["similarity"]
    assert choose("cosine_embedding", target, outputs=5).outputs == 5
    assert choose("cosine_embedding", target).outputs == 16


def test_levels_and_cutoffs_reach_the_head_and_the_network():
    quantiles = choose("quantile(levels=[0.1, 0.5])", EXAMPLES["quantile"])
    assert str(quantiles.head) == "quantiles(levels=[0.1, 0.5])"
    assert quantiles.link == "increasing" and quantiles.outputs == 2
    adaptive = choose("adaptive_log_softmax(cutoffs=[2, 5])", TargetSpec(task="multiclass", classes=9))
    assert adaptive.output_layer == {"head": "adaptive", "cutoffs": (2, 5), "division": 4.0}
    assert adaptive.outputs == 11
    assert choose("coral", EXAMPLES["ordinal"]).output_layer == {"head": "coral"}
    assert choose("corn", EXAMPLES["ordinal"]).output_layer == {"head": "linear"}


def test_a_refusal_says_rule_finding_and_remedy():
    error = refused("cross_entropy", CLASSES, output_activation="softmax")
    assert str(error) == (
        "Rule L101 (softmax-before-cross-entropy): cross_entropy applies log-softmax itself and reads raw outputs, but "
        "softmax at the output gives values in [0, 1]: they would be squashed twice, and no output could be sure of "
        'itself. Use pl.Recipe(loss="cross_entropy").'
    )
    error = refused("mse", REAL, output_activation="sigmoid")
    assert str(error) == (
        "Rule L109 (target-outside-head-range): sigmoid at the output gives values in [0, 1], but the targets lie "
        'between -3 and 3. Use pl.Recipe(loss="mse").'
    )


def test_reasons_are_readable_sentences():
    for row in contract_table():
        if not row.allowed:
            assert row.reason.startswith(f"{row.loss} ")
            assert row.reason.endswith(".") and not re.search(r"\bNone\b|  |\.\.", row.reason)
            assert len(row.reason) < 300


def test_unknown_names_are_no_matter_of_the_contract():
    with pytest.raises(UnknownNameError, match=r"There is no loss 'mze'\. Did you mean 'mse'\?"):
        choose("mze", REAL)
    with pytest.raises(UnknownNameError, match="There is no activation 'sigmod'"):
        choose("mse", REAL, output_activation="sigmod")


def test_one_class_alone_cannot_be_told_apart():
    error = refused("cross_entropy", TargetSpec(task="multiclass", classes=1))
    assert error.code == "L113"
    assert error.recipe == ""


def test_slugs_are_those_of_the_rules():
    from pathlib import Path

    rules = Path(__file__).parents[2].parent / "shared" / "RULES.md"
    if not rules.exists():
        pytest.skip("the list of rules is not here")
    known = dict(re.findall(r"^\| ([A-Z]\d{3}) \| ([\w-]+) \|", rules.read_text("utf-8"), re.MULTILINE))
    assert {code: known[code] for code in CONTRACT_RULES} == CONTRACT_RULES
    assert set(RULED_OUT) <= set(known)


def test_every_rule_about_losses_can_be_refused_or_cannot_be_broken():
    codes = {f"L{number}" for number in range(101, 123)}
    # L117 is about what the first step shows, not about what is chosen.
    assert set(CONTRACT_RULES) | set(RULED_OUT) == codes - {"L117"} | {"N507"}
    assert not set(CONTRACT_RULES) & set(RULED_OUT)


@pytest.mark.parametrize(
    ("loss", "output_activation", "task", "low", "high"),
    [
        ("poisson_nll", "log_sigmoid", "regression", -1.0, 2.0),
        ("bce", "relu", "reconstruction", -1.0, 1.0),
        ("bce_with_logits", "sigmoid", "reconstruction", 0.0, 3.0),
    ],
)
def test_the_recipe_that_is_offered_reads_the_range_of_the_targets(loss, output_activation, task, low, high):
    target = TargetSpec(task=task, columns=2, low=low, high=high)
    with pytest.raises(ContractError) as caught:
        choose(loss, target, output_activation=output_activation)
    assert caught.value.recipe == 'pl.Recipe(loss="mse")'
    within = TargetSpec(task=task, columns=2, low=0.0, high=1.0)
    with pytest.raises(ContractError) as caught:
        choose(loss, within, output_activation="step")
    assert caught.value.recipe == f'pl.Recipe(loss="{loss}")'


def test_a_reach_has_no_negative_zero():
    assert str(reach("log_sigmoid")) == "(−∞, 0]"
