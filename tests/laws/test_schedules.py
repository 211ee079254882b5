"""Laws of the whole registry of schedules: each against torch's scheduler over whole runs, or against its formula."""

import math

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler as twins

from pellucid.errors import UnknownNameError, UsageError
from pellucid.optimizers.schedules import SCHEDULES

EVERY = pytest.mark.parametrize("name", SCHEDULES.names())
# The words of the design.
DESIGN = (
    "constant",
    "step",
    "halving",
    "plateau",
    "exponential",
    "inverse_time",
    "polynomial",
    "cosine",
    "cosine_restarts",
    "one_cycle",
    "warm_up",
    "coslog4",
    "flat_cosine",
    "sutskever",
)
BASE, EPOCHS, STEPS = 0.3, 12, 7
WHOLE = EPOCHS * STEPS


def ours(text: str, *, base: float = BASE, epochs: int = EPOCHS, steps: int = STEPS) -> np.ndarray:
    """The values of a whole run."""
    chosen = SCHEDULES(text)
    return chosen.values(base, np.arange(epochs * steps, dtype=np.float64), steps_per_epoch=steps, epochs=epochs)


def _rule(momentum: float = 0.9) -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE, momentum=momentum)


def theirs(make, *, per: str, key: str = "lr") -> np.ndarray:
    """Torch's values of a whole run, stepped after every step or every epoch."""
    rule = _rule()
    schedule = make(rule)
    seen = []
    for step in range(WHOLE):
        seen.append(float(rule.param_groups[0][key]))
        rule.step()
        if per == "step" or step % STEPS == STEPS - 1:
            schedule.step()
    return np.array(seen)


def _restarts_within_epochs(first: int, growth: int) -> np.ndarray:
    rule = _rule()
    schedule = twins.CosineAnnealingWarmRestarts(rule, first, growth)
    seen = []
    for step in range(WHOLE):
        schedule.step(step / STEPS)
        seen.append(float(rule.param_groups[0]["lr"]))
    return np.array(seen)


def _one_cycle(total: int, **numbers):
    return lambda rule: twins.OneCycleLR(rule, BASE, total_steps=total, **numbers)


def _cycles(up: int, down: int, mode: str):
    return lambda rule: twins.CyclicLR(rule, 0.1 * BASE, BASE, up * STEPS, down * STEPS, mode=mode)


def _warm(length: int, start: float, then):
    def make(rule):
        rise = twins.LinearLR(rule, start, 1.0, length)
        return twins.SequentialLR(rule, [rise, then(rule)], [length])

    return make


# Choice → torch's, and what steps it.
TWINS = {
    "step": (lambda r: twins.StepLR(r, 10, 0.1), "epoch"),
    "step(gamma=0.3, every=5)": (lambda r: twins.StepLR(r, 5, 0.3), "epoch"),
    "step(gamma=0.7, every=9, per=step)": (lambda r: twins.StepLR(r, 9, 0.7), "step"),
    "multi_step(milestones=[3, 8], gamma=0.2)": (lambda r: twins.MultiStepLR(r, [3, 8], 0.2), "epoch"),
    "multi_step(milestones=[40, 8, 40], per=step)": (lambda r: twins.MultiStepLR(r, [8, 40, 40], 0.1), "step"),
    "halving(every=3)": (lambda r: twins.StepLR(r, 3, 0.5), "epoch"),
    "halving(every=11, per=step)": (lambda r: twins.StepLR(r, 11, 0.5), "step"),
    "exponential": (lambda r: twins.ExponentialLR(r, 0.95), "epoch"),
    "exponential(gamma=0.9, per=step)": (lambda r: twins.ExponentialLR(r, 0.9), "step"),
    "polynomial": (lambda r: twins.PolynomialLR(r, WHOLE, 1.0), "step"),
    "polynomial(power=2.5)": (lambda r: twins.PolynomialLR(r, WHOLE, 2.5), "step"),
    "polynomial(power=0.5, per=epoch)": (lambda r: twins.PolynomialLR(r, EPOCHS, 0.5), "epoch"),
    "LinearLR": (lambda r: twins.LinearLR(r), "epoch"),
    "linear": (lambda r: twins.LinearLR(r, 1.0, 0.0, WHOLE), "step"),
    "linear(start=0.2, end=0.7, length=4)": (lambda r: twins.LinearLR(r, 0.2, 0.7, 4 * STEPS), "step"),
    "linear(start=0.9, end=0.1, per=epoch)": (lambda r: twins.LinearLR(r, 0.9, 0.1, EPOCHS), "epoch"),
    "cosine": (lambda r: twins.CosineAnnealingLR(r, WHOLE), "step"),
    "cosine(final=0.2)": (lambda r: twins.CosineAnnealingLR(r, WHOLE, 0.2 * BASE), "step"),
    "cosine(final=0.01, per=epoch)": (lambda r: twins.CosineAnnealingLR(r, EPOCHS, 0.01 * BASE), "epoch"),
    "cosine_restarts(first=2, growth=2, per=epoch)": (
        lambda r: twins.CosineAnnealingWarmRestarts(r, 2, 2),
        "epoch",
    ),
    "cosine_restarts(first=5, growth=1, final=0.1, per=epoch)": (
        lambda r: twins.CosineAnnealingWarmRestarts(r, 5, 1, 0.1 * BASE),
        "epoch",
    ),
    "one_cycle": (_one_cycle(WHOLE), "step"),
    "one_cycle(anneal=linear, pct_start=0.45, div_factor=10, final_div_factor=100)": (
        _one_cycle(WHOLE, anneal_strategy="linear", pct_start=0.45, div_factor=10, final_div_factor=100),
        "step",
    ),
    "one_cycle(three_phase=true)": (_one_cycle(WHOLE, three_phase=True), "step"),
    "one_cycle(three_phase=true, anneal=linear, pct_start=0.4)": (
        _one_cycle(WHOLE, three_phase=True, anneal_strategy="linear", pct_start=0.4),
        "step",
    ),
    "one_cycle(per=epoch)": (_one_cycle(EPOCHS), "epoch"),
    "triangular(up=2)": (_cycles(2, 2, "triangular"), "step"),
    "triangular2(up=1, down=2)": (_cycles(1, 2, "triangular2"), "step"),
    "warm_up(steps=10, start=0.1)": (_warm(10, 0.1, lambda r: twins.LambdaLR(r, lambda t: 1.0)), "step"),
    "warm_up(epochs=2, start=0.2, then=exponential)": (
        # The epochs of what follows are counted from the end of the warm-up.
        _warm(14, 0.2, lambda r: twins.LambdaLR(r, lambda t: 0.95 ** (t // STEPS))),
        "step",
    ),
    "warm_up(steps=10, start=0.1, then=linear(start=0.5, end=0.1))": (
        _warm(10, 0.1, lambda r: twins.LinearLR(r, 0.5, 0.1, WHOLE - 10)),
        "step",
    ),
    "warm_up(share=0.25, start=0.5, then=cosine)": (
        _warm(WHOLE // 4, 0.5, lambda r: twins.CosineAnnealingLR(r, WHOLE - WHOLE // 4)),
        "step",
    ),
}
WITHOUT_TWIN = {"constant", "inverse_time", "flat_cosine", "coslog4", "sutskever"}
MOMENTA = {
    "one_cycle_momentum": _one_cycle(WHOLE),
    "one_cycle_momentum(low=0.6, high=0.9, three_phase=true, anneal=linear, pct_start=0.2)": _one_cycle(
        WHOLE, base_momentum=0.6, max_momentum=0.9, three_phase=True, anneal_strategy="linear", pct_start=0.2
    ),
}


def test_every_schedule_of_the_design_is_registered() -> None:
    assert [name for name in DESIGN if name not in SCHEDULES.names()] == []


def test_every_schedule_is_compared_with_torch_or_a_formula() -> None:
    compared = {SCHEDULES(text).name for text in (*TWINS, *MOMENTA)} | {"plateau"}
    assert compared | WITHOUT_TWIN == set(SCHEDULES.names())
    assert {entry.name for entry in SCHEDULES if not entry.twin} == WITHOUT_TWIN


@pytest.mark.parametrize("text", TWINS)
@pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step", "ignore:Detected call of `lr_scheduler")
def test_a_schedule_gives_torchs_values_over_a_whole_run(text: str) -> None:
    make, per = TWINS[text]
    expected = theirs(make, per=per)
    np.testing.assert_allclose(ours(text), expected, rtol=1e-11, atol=1e-14)
    assert len(np.unique(expected)) > 1


@pytest.mark.parametrize(("first", "growth"), [(3, 1), (2, 2), (1, 3)])
def test_restarts_move_within_an_epoch_as_torchs_do_with_fractions(first: int, growth: int) -> None:
    np.testing.assert_allclose(
        ours(f"cosine_restarts(first={first}, growth={growth})"),
        _restarts_within_epochs(first, growth),
        rtol=1e-9,
        atol=1e-12,
    )


@pytest.mark.parametrize("text", MOMENTA)
def test_a_momentum_schedule_gives_torchs_momentum(text: str) -> None:
    expected = theirs(MOMENTA[text], per="step", key="momentum")
    np.testing.assert_allclose(ours(text, base=0.5), expected, rtol=1e-12)


def test_a_constant_stays() -> None:
    assert (ours("constant") == BASE).all()


def test_inverse_time_is_its_formula() -> None:
    epoch, step = np.arange(WHOLE) // STEPS, np.arange(WHOLE)
    np.testing.assert_allclose(ours("inverse_time"), BASE / (1 + 0.1 * epoch), rtol=1e-14)
    np.testing.assert_allclose(
        ours("inverse_time(rate=2, power=0.5, per=step)"), BASE / np.sqrt(1 + 2 * step), rtol=1e-14
    )


def test_coslog4_has_four_cycles_each_twice_as_long_as_the_one_before_and_ends_at_0() -> None:
    t = np.arange(15_000) / 15_000
    values = ours("coslog4", base=2.0, epochs=1, steps=15_000)
    np.testing.assert_allclose(values, 2 * 0.5 * (1 - np.cos(2 * np.pi * np.log2(1 + 15 * t))), rtol=1e-12, atol=1e-14)
    # Cycle k runs from (2^k − 1)/15 to (2^(k + 1) − 1)/15.
    assert values[[0, 1000, 3000, 7000]] == pytest.approx(0.0, abs=1e-12)
    peaks = [(2**k * math.sqrt(2) - 1) / 15 * 15_000 for k in range(4)]
    assert values[[round(peak) for peak in peaks]] == pytest.approx(2.0, abs=1e-5)
    assert values[-1] == pytest.approx(0.0, abs=1e-6)


def test_flat_cosine_is_level_and_then_half_a_cosine() -> None:
    values = ours("flat_cosine(flat=0.25, final=0.1)", base=1.0, epochs=1, steps=8)
    rest = [0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * k / 6)) for k in range(6)]
    np.testing.assert_allclose(values, [1.0, 1.0, *rest], rtol=1e-14)


def test_the_schedules_of_old_keep_their_bits() -> None:
    """Factors as they always were: base · ½(1 + cos πt) and so on, t = step / steps."""
    t = np.minimum(np.arange(WHOLE, dtype=np.float64) / (EPOCHS * STEPS), 1.0)
    old = {
        "constant": np.ones_like(t),
        "cosine": 0.5 * (1 + np.cos(np.pi * t)),
        "cyclic": 0.5 * (1 - np.cos(2 * np.pi * np.log2(1 + 15 * t))),
        "flat_cosine": np.where(t < 0.5, 1.0, 0.5 * (1 + np.cos(np.pi * (2 * t - 1)))),
    }
    for name, factors in old.items():
        assert ours(name, base=0.037).tobytes() == (0.037 * factors).tobytes(), name


def test_sutskevers_momentum_climbs_its_stairs() -> None:
    values = ours("sutskever(highest=0.9)", epochs=1, steps=2000, base=0.1)
    # 1 − 2^(−1 − log₂(k + 1)) = 1 − 1/(2(k + 1))
    assert values[[0, 249, 250, 500, 750, 1000, 1999]] == pytest.approx([0.5, 0.5, 0.75, 5 / 6, 7 / 8, 0.9, 0.9])


@EVERY
def test_values_are_finite_and_a_step_asked_for_alone_has_the_value_that_it_has_in_the_run(name: str) -> None:
    whole = ours(name)
    assert whole.dtype == np.float64
    assert whole.shape == (WHOLE,)
    assert np.isfinite(whole).all()
    assert (whole >= 0).all()
    alone = [
        SCHEDULES(name).values(BASE, np.array([step], dtype=np.float64), steps_per_epoch=STEPS, epochs=EPOCHS)[0]
        for step in range(WHOLE)
    ]
    assert whole.tobytes() == np.array(alone).tobytes()


@EVERY
@pytest.mark.parametrize(("epochs", "steps"), [(1, 1), (1, 2), (2, 1), (3, 1)])
def test_the_shortest_runs_have_values_too(name: str, epochs: int, steps: int) -> None:
    assert np.isfinite(ours(name, epochs=epochs, steps=steps)).all()


@EVERY
def test_what_moves_a_learning_rate_scales_with_the_base_value(name: str) -> None:
    if SCHEDULES[name].moves == "momentum":
        np.testing.assert_array_equal(ours(name, base=0.1), ours(name, base=0.9))
        assert ((ours(name) >= 0) & (ours(name) < 1)).all()
    else:
        np.testing.assert_allclose(ours(name, base=3.0), 10 * ours(name, base=0.3), rtol=1e-12)
        assert ours(name, base=1.0).max() <= 1.0


@EVERY
def test_a_value_held_for_an_epoch_changes_at_its_end_alone(name: str) -> None:
    if "per" not in SCHEDULES[name].defaults:
        return
    values = ours(f"{name}(per=epoch)").reshape(EPOCHS, STEPS)
    assert (values == values[:, :1]).all()


def test_a_warm_up_longer_than_the_run_never_ends() -> None:
    values = ours("warm_up(steps=1000, start=0, then=cosine)", base=1.0)
    np.testing.assert_allclose(values, np.arange(WHOLE) / WHOLE, rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ("cosin", UnknownNameError, r"There is no schedule 'cosin'\. Did you mean 'cosine'\?"),
        ("step(every=0)", UsageError, r"step needs every whole ≥ 1, found step\(every=0\)\."),
        ("step(per=epochs)", UnknownNameError, r"There is no per of step 'epochs'\. Did you mean 'epoch'\?"),
        ("exponential(gamma=1.2)", UsageError, r"exponential needs 0 < gamma ≤ 1"),
        ("one_cycle(div_factor=0.5)", UsageError, r"one_cycle needs div_factor ≥ 1"),
        ("warm_up(then=cosin)", UnknownNameError, r"Did you mean 'cosine'\?"),
        ("warm_up(then=cosine(final=2))", UsageError, r"cosine needs 0 ≤ final ≤ 1"),
        (
            "warm_up(steps=3, epochs=1)",
            UsageError,
            r"one of steps, epochs and share, found steps and epochs\. Keep one",
        ),
        ("warm_up(then=sutskever)", UsageError, r"sutskever moves the momentum, so it cannot follow a warm-up"),
    ],
)
def test_a_wrong_choice_is_refused_with_a_sentence(text: str, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        SCHEDULES(text)


@pytest.mark.parametrize("name", [name for name in SCHEDULES.names() if SCHEDULES(name).entry.moves != "momentum"])
def test_a_schedule_of_the_learning_rate_is_a_factor_on_the_base_value(name):
    """So that one factor serves every learning rate of a sweep; nothing in training asks for more."""
    for base in (1e-3, 0.3, 7.0):
        np.testing.assert_allclose(ours(name, base=base), base * ours(name, base=1.0), rtol=1e-14, atol=1e-14 * base)
