"""Law 4: randomness is a function of (member seed, stream, epoch, step), and looks random."""

import numpy as np
import pytest
import torch

from pellucid.training.randomness import (
    INITIALISATION,
    StackNoise,
    borrowed_generator,
    generator,
    permutations,
    step_keys,
)

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


def test_a_borrowed_generator_gives_what_one_of_ones_own_gives():
    for seed in (3, -1, 2**63, 3):
        borrowed = borrowed_generator(seed, INITIALISATION)
        own = generator(seed, INITIALISATION)
        np.testing.assert_array_equal(borrowed.standard_normal(5), own.standard_normal(5))
        np.testing.assert_array_equal(borrowed.integers(0, 2**20, 3), own.integers(0, 2**20, 3))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 31, 4095, 4096, 4097, 70_000])
def test_an_order_holds_every_row_once(count):
    found = permutations([0, 1, -1], [0, 5, 2**40], count)
    np.testing.assert_array_equal(np.sort(found, axis=1), np.tile(np.arange(count), (3, 1)))


@pytest.mark.parametrize("count", [5, 300, 5000])
def test_an_order_is_a_function_of_seed_and_epoch(count):
    together = permutations([7, 8, 7], [1, 1, 2], count)
    for place, (seed, epoch) in enumerate([(7, 1), (8, 1), (7, 2)]):
        np.testing.assert_array_equal(permutations([seed], epoch, count)[0], together[place])
    assert len({tuple(order) for order in permutations(range(10), 0, count)}) == 10


# Few rows are sorted by keys of 32 bits, more than 4096 by keys of 64; of those the first four are looked at.
@pytest.mark.parametrize("count", [4, 4100])
@pytest.mark.parametrize("draws", ["epochs", "seeds"])
def test_every_order_is_equally_likely(count, draws):
    """All 24 orders in which rows 0 to 3 come: χ² of 23 degrees of freedom is below 58 but once in 20,000 times."""
    n = 24_000 if count == 4 else 2_400
    seeds, epochs = ([5] * n, np.arange(n)) if draws == "epochs" else (range(n), 5)
    found = np.concatenate(
        [own[own < 4].reshape(-1, 4) for own in np.array_split(permutations(seeds, epochs, count), 50)]
    )
    _, times = np.unique(found @ 4 ** np.arange(4), return_counts=True)
    assert len(times) == 24
    assert ((times - n / 24) ** 2).sum() / (n / 24) < 58


def test_rows_stand_anywhere_beside_anybody():
    """Which row stands where, which follows which, and where it stands next: within what chance does."""
    rows, n = 40, 20_000
    orders = permutations([1] * n, np.arange(n), rows)
    places = np.argsort(orders, axis=1)
    cells = {
        "place": np.stack([np.bincount(own, minlength=rows) for own in orders.T]),
        "follower": np.bincount((orders[:, :-1] * rows + orders[:, 1:]).ravel(), minlength=rows**2).reshape(rows, rows)[
            ~np.eye(rows, dtype=bool)
        ],
        "next place": np.bincount((places[:-1] * rows + places[1:]).ravel(), minlength=rows**2),
    }
    for name, times in cells.items():
        expected = times.sum() / times.size
        squares = ((times - expected) ** 2).sum() / expected
        # A sum of so many squares is normal, about.
        assert abs(squares - times.size) < 5 * (2 * times.size) ** 0.5 + 2 * rows, name
    earlier = (places[:, :-1] < places[:, 1:]).mean(axis=0)
    assert (abs(earlier - 0.5) < 5 * 0.5 / n**0.5).all()


def test_rows_that_follow_one_another_rise_as_often_as_they_fall():
    """Row numbers in the keys must not decide; rises of an order have a variance of (n + 1)/12 (Mann 1945)."""
    rows, n = 70_000, 5
    rises = (np.diff(permutations([2] * n, np.arange(n), rows)) > 0).sum()
    assert abs(rises - n * (rows - 1) / 2) < 5 * (n * (rows + 1) / 12) ** 0.5


def test_orders_stay_what_they_are():
    """Whoever trains again, or takes up what was interrupted, sees the same rows."""
    assert permutations([3, -1], [0, 7], 8).tolist() == [[7, 2, 5, 6, 4, 3, 0, 1], [2, 0, 4, 3, 5, 1, 6, 7]]
    assert permutations([3], 2, 5000)[0, :5].tolist() == [4190, 1301, 3780, 3695, 3298]
