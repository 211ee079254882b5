import numpy as np
import pytest
import torch

from pellucid.optimizers.hyper import powers
from pellucid.optimizers.per_step import PerStep

TABLES = {"lr": np.array([[0.1, 0.2], [0.3, 0.4]]), "beta": np.array([[0.5, 0.5], [1 / 3, 1 / 3]])}


def test_numbers_are_those_of_the_step_that_it_was_told():
    numbers = PerStep(TABLES, torch.zeros(2, 3))
    fit = numbers.fit(3)
    for step in (0, 1, 0):
        numbers.go_to(step)
        assert fit["lr"].flatten().tolist() == np.float32(TABLES["lr"][step]).tolist()
        assert fit["beta"].item() == np.float32(TABLES["beta"][step, 0])
    assert [each.item() for each in numbers.each("lr")] == np.float32([0.1, 0.2]).tolist()


def test_where_members_agree_a_number_has_no_member_axis():
    numbers = PerStep(TABLES, torch.zeros(2, dtype=torch.float64))
    assert not numbers.alike("lr", "beta") and numbers.alike("beta") and numbers.alike()
    assert numbers.fit(3)["lr"].shape == (2, 1, 1) and numbers.fit(2)["lr"].shape == (2, 1)
    assert numbers.fit(3)["beta"].shape == ()
    numbers.go_to(1)
    assert numbers.fit(2)["lr"].dtype == torch.float64 and numbers.fit(2)["beta"].item() == 1 / 3


@pytest.mark.parametrize("operation", [torch.mul, torch.add, torch.sub, torch.div, torch.maximum])
@pytest.mark.parametrize("size", [16, 48, 1040])
def test_a_number_alone_gives_the_bits_that_it_gives_per_member(operation, size):
    """The law that lets a stack choose: whole buffers where members agree, a tensor per parameter where they do not."""
    draw = np.random.default_rng(size)
    values = torch.from_numpy(draw.normal(size=(7, size)).astype(np.float32))
    for number in draw.normal(size=20):
        agree = PerStep({"n": np.full((1, 7), number)}, values)
        differ = PerStep({"n": np.array([[*[number] * 6, number + 1]])}, values)
        for each in (agree, differ):
            each.go_to(0)
        flat = operation(values.view(-1), agree.fit(1)["n"]).view(7, -1)
        apart = operation(values, differ.fit(2)["n"])
        assert torch.equal(flat[:6], apart[:6]) and not torch.equal(flat[6], apart[6])


def test_no_numbers_are_fine():
    numbers = PerStep({}, torch.zeros(2))
    numbers.go_to(5)
    assert numbers.fit(3) == {}


def test_powers_do_not_depend_on_company():
    draw = np.random.default_rng(0)
    bases, exponents = draw.uniform(0.5, 1, size=(9, 40)), draw.integers(1, 1000, size=(9, 40))
    bases[:, 20:], exponents[:, 20:] = bases[:, :20], exponents[:, :20]
    found = powers(bases, exponents)
    for step in range(9):
        for member in range(40):
            assert found[step, member] == float(bases[step, member]) ** int(exponents[step, member])
    np.testing.assert_array_equal(powers(bases[0], exponents[0]), found[0])
    for member in (0, 7):
        # Alone, and among members that agree.
        alone = powers(bases[:, [member]], exponents[:, [member]])
        np.testing.assert_array_equal(alone, found[:, [member]])
        alike = powers(np.broadcast_to(bases[:, [member]], (9, 5)), np.tile(exponents[:, [member]], 5))
        np.testing.assert_array_equal(alike, np.tile(alone, 5))


def test_a_power_of_minus_0_keeps_its_sign_beside_one_of_0():
    found = powers(np.array([[0.0, -0.0]]), np.array([[3, 3]]))
    assert np.signbit(found).tolist() == [[False, True]]
