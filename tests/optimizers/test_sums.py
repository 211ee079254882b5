import numpy as np
import pytest
import torch

from pellucid.networks.layout import Group, ParameterSpec, Tensors
from pellucid.optimizers.sums import per_member_dots, per_member_norms, per_member_sums


@pytest.mark.parametrize("length", [1, 7, 16, 129, 4096, 100_000])
def test_a_members_sum_has_the_same_bits_in_any_company(length):
    values = torch.from_numpy(np.random.default_rng(length).normal(size=(40, length)).astype(np.float32))
    together, back = per_member_sums(values), per_member_sums(values.flip(0)).flip(0)
    assert torch.equal(together, back)
    for member in (0, 1, 17, 39):
        assert per_member_sums(values[member : member + 1])[0] == together[member]
        assert (
            per_member_dots(values[member : member + 1], values[member : member + 1])[0]
            == (per_member_dots(values, values)[member])
        )


def test_sums_run_over_everything_but_the_members():
    values = torch.arange(24, dtype=torch.float32).view(2, 3, 4)
    assert per_member_sums(values).tolist() == [66.0, 210.0]
    assert per_member_sums(values.transpose(1, 2)).tolist() == [66.0, 210.0]
    assert per_member_dots(values, torch.ones_like(values)).tolist() == [66.0, 210.0]


def test_norms_are_those_of_the_trained_parameters():
    specs = [
        ParameterSpec("1.weight", (16, 16), (3, 5), (3, 5), "weight"),
        ParameterSpec("1.bias", (1, 16), (1, 5), (5,), "bias"),
        ParameterSpec("2.mean", (1, 16), (1, 5), (5,), "statistic"),
    ]
    groups = [
        Group(("1.weight",), 1.0, True),
        Group(("1.bias",), 0.0, False),
        Group(("2.mean",), 0.0, False, trained=False),
    ]
    gradients = Tensors(specs, groups, 2, dtype=torch.float32)
    gradients.views["1.weight"][0, 0, 0] = 3.0
    gradients.views["1.bias"][0, 0, 1] = -4.0
    gradients.views["1.bias"][1, 0, 1] = 1e30
    gradients.views["2.mean"].fill_(float("nan"))
    np.testing.assert_allclose(per_member_norms(gradients).numpy(), [5.0, 1e30], rtol=1e-7)
