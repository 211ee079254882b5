"""Members of one training judged one by one, and what they share told once."""

import copy
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from own_trainings import HEALTHY, NUMBERS, codes_of, points, trained

from pellucid.doctor.own import judging
from pellucid.doctor.own.course import course_of
from pellucid.doctor.own.losses import loss_site
from pellucid.doctor.own.modules import behind_embedding, layer_names
from pellucid.doctor.own.sample import sampled
from pellucid.doctor.own.sessions import members_seen
from pellucid.objectives import choose
from pellucid.records import Severity, TargetSpec


def test_what_one_network_does_is_told_of_that_network() -> None:
    several = [HEALTHY, HEALTHY.replace(lr=50.0, seed=1), HEALTHY.replace(seed=2)]
    (finding,) = [each for each in trained(several).judged().findings if each.severity is not Severity.INFO]
    assert finding.code == "T606"
    assert finding.member == 1
    assert finding.message.startswith("In 1 of 3 networks, number 2: the learning rate 50 ")


def test_what_several_do_is_told_once_with_their_number() -> None:
    several = [HEALTHY, HEALTHY.replace(lr=50.0, seed=1), HEALTHY.replace(lr=50.0, seed=2)]
    (finding,) = [each for each in trained(several).judged().findings if each.severity is not Severity.INFO]
    assert finding.member is None
    assert finding.evidence["members"] == [1, 2]
    assert finding.message.startswith("In 2 of 3 networks: the learning rate 50 ")


def test_what_all_share_is_told_as_it_is() -> None:
    several = [HEALTHY.replace(activation="identity", seed=seed) for seed in range(3)]
    (finding,) = [each for each in trained(several).judged().findings if each.severity is not Severity.INFO]
    assert finding.message.startswith("The network stacks 3 linear layers")


def test_a_recipe_of_two_members_is_told_of_both_though_one_is_looked_at() -> None:
    several = [HEALTHY, *[HEALTHY.replace(activation="identity", seed=seed) for seed in (1, 2)]]
    (finding,) = [each for each in trained(several).judged().findings if each.code == "N501"]
    assert finding.evidence["members"] == [1, 2]


def test_causes_are_told_with_their_effects() -> None:
    (root,) = [each for each in trained(HEALTHY.replace(lr=1e-9)).judged().findings if each.severity != Severity.INFO]
    assert (root.code, "T608" in [each.code for each in root.effects]) == ("T607", True)


def test_judging_changes_nothing_of_what_was_trained() -> None:
    training = trained([HEALTHY.replace(seed=seed, norm="batch_norm", dropout=0.1) for seed in range(2)])
    before = [copy.deepcopy(training.result.parameters(member)) for member in range(2)]
    states = torch.get_rng_state(), np.random.get_state()[1].copy()
    inputs, targets = training.data.inputs.clone(), training.data.targets.clone()
    X = points()[0]
    outputs = training.result.outputs(X)
    training.judged()
    for member, arrays in enumerate(before):
        for name, array in training.result.parameters(member).items():
            np.testing.assert_array_equal(array, arrays[name])
    np.testing.assert_array_equal(training.result.outputs(X), outputs)
    assert torch.equal(training.data.inputs, inputs)
    assert torch.equal(training.data.targets, targets)
    assert torch.equal(torch.get_rng_state(), states[0])
    np.testing.assert_array_equal(np.random.get_state()[1], states[1])


def test_judging_twice_says_the_same() -> None:
    training = trained(HEALTHY.replace(lr=1e-9))
    assert training.judged() == training.judged()


def test_a_doctor_that_fails_says_so_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Iterator[object]:
        raise RuntimeError("no idea")

    monkeypatch.setattr(judging, "members_seen", broken)
    judgement = trained(HEALTHY).judged()
    (finding,) = judgement.findings
    assert (finding.code, finding.severity, judgement.checks) == ("X000", Severity.INFO, 0)
    assert "RuntimeError: no idea" in finding.message


def test_embedded_categories_are_no_obstacle() -> None:
    X, y = points()
    codes = np.random.default_rng(0).integers(0, 400, (len(y), 2))
    table = {"codes": codes, "categories": (400, 400)}
    recipe = HEALTHY.replace(category_embedding_size=4)
    healthy = trained(recipe, X, y, **table).judged()
    # Codes are no numbers: their spread of 115 beside columns of spread 1 means nothing.
    assert codes_of(healthy) == set()
    assert not healthy.blind
    assert "N501" in codes_of(trained(recipe.replace(activation="identity"), X, y, **table).judged())


def test_pairs_are_judged_as_far_as_they_can_be_and_the_rest_is_said() -> None:
    X, _ = points()
    units = np.random.default_rng(0).integers(0, len(X), (400, 2))
    signs = np.where(X[units[:, 0], 0] > X[units[:, 1], 0], 1.0, -1.0)
    target = TargetSpec(task="ranking", rows=2)
    recipe = HEALTHY.replace(loss="margin_ranking", epochs=8)
    judgement = trained(recipe, X, signs, target=target, units=units).judged()
    assert codes_of(judgement) == set()
    assert judgement.checks > 15
    assert any("pairs" in sentence for sentence in judgement.blind)


def test_a_loss_without_a_known_constant_is_said_to_have_none() -> None:
    X, _ = points()
    judgement = trained(HEALTHY.replace(loss="log_cosh"), X, X[:, 0], target=NUMBERS).judged()
    assert any("constant" in sentence for sentence in judgement.blind)


def test_modules_behind_the_embedding_compute_what_the_member_computes() -> None:
    recipe = HEALTHY.replace(number_frequencies=16, input_scale=True, norm="batch_norm", parametric_activation=True)
    training = trained(recipe)
    (member,) = members_seen(training.result, training.data, training.rows, training.target)
    rows = sampled(training.rows.train[0], training.data.targets, 1024)
    expected = training.result.outputs(points()[0][rows.filled[: rows.count]])[0]
    np.testing.assert_allclose(member.outputs.numpy(), expected, atol=1e-5)


def test_layers_have_names_that_people_understand() -> None:
    result = trained(HEALTHY.replace(norm="layer_norm", dropout=0.1)).result
    spec = result.network(0)
    assert layer_names(spec)[:5] == ["embedding", "hidden_1", "norm_1", "activation_1", "dropout_1"]
    assert layer_names(spec)[-1] == "output"
    network = behind_embedding(spec, result.parameters(0), torch.float32)
    assert [name for name, _ in network.named_children()] == layer_names(spec)[1:]


def test_measured_gradients_are_those_of_the_loss() -> None:
    training = trained(HEALTHY.replace(batch_size=360, l2=5.0))
    (member,) = members_seen(training.result, training.data, training.rows, training.target)
    model, site = member.network.models[0], member.network.losses[0]
    assert model.initial is not None
    assert model.inputs is not None
    assert model.targets is not None
    value = torch.nn.functional.cross_entropy(model.initial(model.inputs), model.targets)
    value.backward()  # type: ignore[no-untyped-call]
    expected = {
        name: float(each.grad.norm()) for name, each in model.initial.named_parameters() if each.grad is not None
    }
    first = member.network.optimizers[0].samples[0]
    assert first.gradient == pytest.approx(expected, rel=1e-4)
    assert float(site.calls[0].value) == pytest.approx(value.item(), rel=1e-5)


def test_a_sample_has_the_shares_of_all() -> None:
    targets = torch.as_tensor((np.arange(10_000) % 100 < 7).astype(np.int64))
    chosen = sampled(np.arange(10_000), targets, 1000)
    assert chosen.count == 1000
    assert len(chosen.filled) == 1008
    assert int(targets[chosen.filled[:1000]].sum()) == 70


def test_a_course_begins_with_the_untrained_loss_and_goes_through_the_epochs() -> None:
    line = course_of(0.9, np.array([0.5, 0.4]), steps=3)
    assert [float(value) for value in line.values] == pytest.approx([0.9] * 3 + [0.5] * 3 + [0.4] * 3)
    assert line.steps == [0, 0, 0, 1, 2, 3, 4, 5, 6]


def test_a_loss_goes_by_its_twins_name_only_if_both_give_the_same() -> None:
    objective = choose("mse", NUMBERS)
    outputs, targets = torch.zeros(8, 1), torch.arange(8.0)
    right = float((targets**2).mean())
    assert loss_site(objective, outputs, targets, right, class_weights=None, is_row=True).kind == "mse_loss"
    assert loss_site(objective, outputs, targets, 2 * right, class_weights=None, is_row=True).kind == "by_hand"
    assert loss_site(objective, outputs, targets, right, class_weights=None, is_row=False).kind == "by_hand"
