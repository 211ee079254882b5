"""Layers make what they need where their input is: run without values on torch's ``meta`` device."""

import pytest
import torch
from families import ENDS, HIDDEN, NORMS, MadeUpNoise, a_choice, random_codes, random_network, random_parameters

from pellucid.networks import Tensors
from pellucid.records import Recipe

SHAPE = Recipe(hidden=(5, 21), number_frequencies=16, number_embedding_size=3, input_scale=True)
COLUMNS = {"numeric": 3, "passed": 2, "categories": (5, 4)}


class MetaNoise(MadeUpNoise):
    def _drawn(self, stream, draw):
        return super()._drawn(stream, draw).to("meta")


def check(*recipes, rows=16, **ends):
    network = random_network(*recipes, **COLUMNS, sparse=tuple(range(len(recipes[0].hidden))), **ends)
    m = network.members
    here = random_parameters(network, m, 0)
    there = Tensors(here.specs, here.groups, m, dtype=torch.float64, device="meta")
    gradients = there.like()
    x = torch.empty(m, rows, 16, dtype=torch.float64, device="meta")
    noise = MetaNoise(range(m), rows)
    noise.input_noise, noise.activity = noise.input_noise.to("meta"), noise.activity.to("meta")
    y, tapes = network.forward(there.views, x, noise, random_codes(m, rows, (5, 4), 0).to("meta"))
    assert y.device.type == "meta"
    network.backward(there.views, tapes, torch.empty_like(y), gradients.views)
    assert network.activity(tapes) is None or network.activity(tapes).device.type == "meta"


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("name", HIDDEN)
def test_layers_make_their_constants_where_their_input_is(name, norm):
    check(*[SHAPE.replace(activation=a_choice(name, seed), norm=norm) for seed in (0, 1)], outputs=4)


@pytest.mark.parametrize("end", ENDS)
def test_so_do_the_ends_of_a_network(end):
    check(*[SHAPE.replace(activation="relu", norm="layer_norm")] * 2, **ENDS[end])
