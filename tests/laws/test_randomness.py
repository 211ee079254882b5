"""Law 4: randomness is a function of (member seed, stream, epoch, step), and looks random."""

import numpy as np
import pytest
import torch

from pellucid.training.randomness import StackNoise, generator, step_keys

ROWS, WIDTH, STEPS = 64, 64, 50


def masks(seeds, rates, *, epoch=0, stream=3, steps=STEPS):
    noise = StackNoise(seeds, np.asarray(rates), dtype=torch.float32)
    noise.begin_epoch(epoch, steps, np.ones((steps, len(seeds))))
    found = []
    for step in range(steps):
        noise.begin_step(step)
        found.append(noise.mask(stream, ROWS, WIDTH))
    return torch.stack(found)


def test_a_mask_is_the_same_alone_and_in_company():
    together = masks([5, 6, 7], [0.3, 0.0, 0.5])
    assert torch.equal(masks([7], [0.5])[:, 0], together[:, 2])
    assert (together[:, 1] == 1).all()


@pytest.mark.parametrize("rate", [0.05, 0.15, 0.5, 0.9])
def test_the_rate_is_met_and_the_rest_scaled_up(rate):
    """Kept values are 1/(1 − p), and the mean stays 1 within five standard errors."""
    found = masks([1], [rate])
    kept = found > 0
    error = (rate * (1 - rate) / found.numel()) ** 0.5
    assert abs(kept.double().mean().item() - (1 - rate)) < 5 * error
    assert found[kept].unique().numel() == 1
    assert found.max().item() == pytest.approx(1 / (1 - rate), rel=1e-4)


def correlation(left, right):
    left, right = (each.double().flatten() - each.double().mean() for each in (left, right))
    return (left @ right / (left.norm() * right.norm())).item()


def test_masks_of_neighbours_have_nothing_to_do_with_each_other():
    """Rows, units, steps, epochs, streams and seeds: correlations stay within five standard errors of 0."""
    found = masks([1, 2], [0.5, 0.5])[:, 0]
    pairs = {
        "rows": (found[:, 1:], found[:, :-1]),
        "units": (found[:, :, 1:], found[:, :, :-1]),
        "unit pairs": (found[:, :, 0::2], found[:, :, 1::2]),
        "steps": (found[1:], found[:-1]),
        "epochs": (found, masks([1], [0.5], epoch=1)[:, 0]),
        "streams": (found, masks([1], [0.5], stream=4)[:, 0]),
        "seeds": (found, masks([2], [0.5])[:, 0]),
    }
    for name, (left, right) in pairs.items():
        assert abs(correlation(left, right)) < 5 / left.numel() ** 0.5, name


def test_every_bit_of_the_draws_is_a_fair_coin():
    """16 thresholds at powers of two, so that a stuck bit of the hash would show."""
    for power in range(1, 9):
        rate = 0.5**power
        kept = (masks([power], [rate]) > 0).double().mean().item()
        error = (rate * (1 - rate) / (STEPS * ROWS * WIDTH)) ** 0.5
        assert abs(kept - (1 - rate)) < 5 * error, power


def test_keys_differ_for_every_step_member_stream_and_epoch():
    keys = [step_keys(range(20), stream, epoch, 50).reshape(-1, 2) for stream in (1, 2) for epoch in (0, 1)]
    assert len(np.unique(np.concatenate(keys), axis=0)) == 4 * 20 * 50


def test_a_generator_is_a_function_of_its_four_numbers():
    first = generator(3, 1000, 2, 1).random(4)
    np.testing.assert_array_equal(first, generator(3, 1000, 2, 1).random(4))
    for other in ((4, 1000, 2, 1), (3, 1001, 2, 1), (3, 1000, 3, 1), (3, 1000, 2, 2)):
        assert not np.array_equal(first, generator(*other).random(4))
