"""Where a stack's parameters live: groups, slices, copies."""

import pytest
import torch
from families import random_network, random_parameters

from pellucid.networks import Network, ParameterSpec, Tensors, group_parameters
from pellucid.records import Recipe

COLUMNS = {"numeric": 3, "outputs": 2}


def a_stack(members=4, **changes):
    network = random_network(Recipe(hidden=(5,), norm="batch_norm", **changes), **COLUMNS)
    return network, random_parameters(network, members, 0)


def test_a_slice_shares_the_memory_of_its_members_alone():
    _, parameters = a_stack()
    part = parameters.slice(1, 3)
    assert part.members == 2
    assert not part.whole
    assert parameters.whole
    assert part.flat == ()
    for name, view in part.views.items():
        assert torch.equal(view, parameters.views[name][1:3])
        assert view.is_contiguous()
        view.fill_(5.0)
    for view in parameters.views.values():
        assert (view[1:3] == 5.0).all()
        assert not (view[[0, 3]] == 5.0).any()


def test_a_slice_can_do_what_the_whole_can():
    _, parameters = a_stack()
    part = parameters.slice(1, 3)
    fresh = part.like()
    assert fresh.whole
    assert fresh.members == 2
    assert not any(flat.any() for flat in fresh.flat)
    taken = part.take([1])
    assert taken.arrays(0).keys() == parameters.arrays(2).keys()
    assert all((taken.arrays(0)[name] == array).all() for name, array in parameters.arrays(2).items())
    assert part.sound().tolist() == [True, True]
    parameters.views["1.weight"][2, 0, 0] = float("nan")
    assert part.sound().tolist() == [True, False]
    assert parameters.sound().tolist() == [True, True, False, True]


def test_statistics_have_a_group_of_their_own_that_no_update_touches():
    network, _ = a_stack(activation="prelu")
    for decay_all in (True, False):
        groups = group_parameters(network.parameters, lr_factors={}, width_scaled=False, decay_all=decay_all)
        (idle,) = [group for group in groups if not group.trained]
        assert idle.names == ("2.mean", "2.variance")
        assert (idle.lr_factor, idle.decays) == (0.0, False)
        decayed = {name for group in groups if group.decays for name in group.names}
        trained = {name for group in groups if group.trained for name in group.names}
        assert trained == {spec.name for spec in network.parameters} - set(idle.names)
        assert decayed == (trained if decay_all else {"1.weight", "5.weight"})


def test_learning_rate_factors_speak_of_kinds():
    network, _ = a_stack(activation="prelu")
    factors = {"scale": 2.0, "shift": 3.0, "slope": 4.0, "bias": 5.0}
    groups = group_parameters(network.parameters, lr_factors=factors, width_scaled=True, decay_all=True)
    found = {name: group.lr_factor for group in groups for name in group.names if group.trained}
    assert found == {
        "1.weight": pytest.approx(3**-0.5),
        "1.bias": 5.0,
        "2.scale": 2.0,
        "2.shift": 3.0,
        "3.negative_slope": 4.0,
        "5.weight": pytest.approx(5**-0.5),
        "5.bias": 5.0,
    }


def test_a_parameter_that_would_share_a_register_with_its_neighbour_is_refused():
    with pytest.raises(ValueError, match="not a multiple of 16"):
        ParameterSpec("1.weight", (3, 4), (3, 4), (3, 4), "weight")


def test_sets_of_members_are_joined_in_order_and_share_no_memory():
    network, parameters = a_stack()
    joined = Tensors.join([parameters.take([2]), parameters.slice(0, 2), parameters.take([3, 1])])
    assert joined.members == 5
    assert joined.groups == parameters.groups
    for name, view in joined.views.items():
        assert torch.equal(view, parameters.views[name][[2, 0, 1, 3, 1]])
        view.fill_(7.0)
    assert not any((view == 7.0).any() for view in parameters.views.values())
    stacks = [network.take([0]), random_network(Recipe(hidden=(5,), norm="batch_norm", activation="gelu"), **COLUMNS)]
    both = Network.join(stacks)
    assert [both.spec(member) for member in range(2)] == [stacks[0].spec(0), stacks[1].spec(0)]
    assert both.parameters == network.parameters


def test_tensors_know_where_they_are_and_stay_there():
    _, parameters = a_stack()
    assert parameters.device == torch.device("cpu")
    elsewhere = Tensors(parameters.specs, parameters.groups, 2, dtype=torch.float32, device="meta")
    for each in (elsewhere, elsewhere.like(), elsewhere.slice(0, 1), Tensors.join([elsewhere] * 2)):
        assert each.device == torch.device("meta")
        assert {view.device.type for view in each.views.values()} == {"meta"}


@pytest.mark.parametrize(
    ("members", "source_members"),
    [([0, 1, 2, 3], [0, 1, 2, 3]), ([1, 2], [0, 1]), ([3], [2]), ([3, 0], [1, 2]), ([0, 2], [0, 1]), ([], [])],
)
def test_members_are_put_where_they_belong_and_nowhere_else(members, source_members):
    network, parameters = a_stack()
    source = random_parameters(network, 4, 1)
    before = {name: view.clone() for name, view in parameters.views.items()}
    parameters.put(members, source, source_members)
    for name, view in parameters.views.items():
        expected = before[name]
        for member, other in zip(members, source_members, strict=True):
            expected[member] = source.views[name][other]
        assert torch.equal(view, expected)


@pytest.mark.parametrize("sliced", [True, False])
def test_all_members_of_one_stack_are_put_among_those_of_another(sliced):
    network, parameters = a_stack()
    source = random_parameters(network, 2, 1)
    before = {name: view.clone() for name, view in parameters.views.items()}
    if sliced:
        parameters.slice(1, 3).put([0, 1], source, [0, 1])
    else:
        parameters.put([1, 2], source, [0, 1])
    for name, view in parameters.views.items():
        assert torch.equal(view[1:3], source.views[name])
        assert torch.equal(view[[0, 3]], before[name][[0, 3]])


def test_arrays_are_loaded_into_true_corners():
    network, parameters = a_stack()
    source = random_parameters(network, 4, 1)
    fresh = parameters.like()
    fresh.load_all((source.arrays(member) for member in (2, 0)), first=1)
    fresh.load(0, source.arrays(3))
    for name, view in fresh.views.items():
        assert torch.equal(view[:3], source.views[name][[3, 2, 0]])
        assert not view[3].any()
