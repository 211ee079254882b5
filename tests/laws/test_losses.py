"""Laws over all losses: a new one joins by being registered."""

import math

import numpy as np
import pytest
import torch
from loss_families import CASES, STRUCTURES, Case, Problem, targets_of, variants

from pellucid.objectives.losses import LOSSES
from pellucid.objectives.numbers import stack_numbers
from pellucid.records import TARGET_TASKS

# The losses of DESIGN §5 and its adaptive log-softmax; the Brier score is a metric.
DESIGN = (
    "l1",
    "mse",
    "huber",
    "smooth_l1",
    "log_cosh",
    "quantile",
    "poisson_nll",
    "gaussian_nll",
    "bce",
    "bce_with_logits",
    "cross_entropy",
    "nll",
    "focal",
    "hinge",
    "squared_hinge",
    "exponential",
    "soft_margin",
    "multi_margin",
    "multilabel_margin",
    "multilabel_soft_margin",
    "kl_divergence",
    "cosine_embedding",
    "hinge_embedding",
    "margin_ranking",
    "triplet_margin",
    "ctc",
    "coral",
    "corn",
    "adaptive_log_softmax",
)
EVERY = LOSSES.names()


def test_every_loss_of_the_design_is_there():
    assert set(EVERY) == set(DESIGN)


@pytest.mark.parametrize("name", EVERY)
def test_a_loss_says_all_about_itself(name):
    entry = LOSSES[name]
    for words in (entry.formula, entry.purpose, entry.source, entry.needs, entry.untrained):
        assert words.strip()
    assert entry.aliases
    assert set(entry.targets) <= set(TARGET_TASKS)
    assert {*entry.skipped, *entry.training_only} <= set(entry.defaults)
    for parameter in entry.parameters:
        assert parameter.structural or parameter.kind == "number", "only numbers can differ within a slice"
        assert parameter.meaning
    if entry.twin:
        assert getattr(torch.nn.functional, entry.twin.split(".")[-1], None) or getattr(
            torch.nn, entry.twin.split(".")[-1]
        )


@pytest.mark.parametrize("name", EVERY)
def test_a_choice_of_a_loss_survives_being_written(name):
    for loss in variants(name):
        assert LOSSES(str(loss)) == loss
        assert hash(LOSSES(str(loss))) == hash(loss)


@pytest.mark.parametrize("name", CASES)
def test_the_gradient_by_hand_is_autograds(name):
    problem = Problem(CASES[name])
    leaf = problem.outputs.clone().requires_grad_()
    problem.value(leaf).sum().backward()
    torch.testing.assert_close(problem.gradient(), leaf.grad, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_the_gradient_by_hand_is_the_slope_of_the_loss(name):
    """Fourth-order central differences of each unit's own loss, float64, within 1e-7 (of its size above 1)."""
    problem = Problem(CASES[name], seed=1, spread=0.5)
    members, units, rows = problem.members, problem.units, CASES[name].target.rows
    by_hand = problem.gradient().view(members, rows, units, -1)
    step = 1e-4
    for row in range(rows):
        for output in range(by_hand.shape[3]):

            def at(distance, row=row, output=output):
                moved = problem.outputs.clone()
                moved.view(members, rows, units, -1)[:, row, :, output] += distance
                return problem.value(moved)

            slope = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
            torch.testing.assert_close(by_hand[:, row, :, output], slope, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_loss_is_one_value_per_unit_and_leaves_what_it_is_given_as_it_is(name):
    problem = Problem(CASES[name])
    outputs, targets = problem.outputs.clone(), problem.targets.clone()
    assert problem.value().shape == (problem.members, problem.units)
    assert problem.gradient().shape == outputs.shape
    assert torch.equal(problem.outputs, outputs)
    assert torch.equal(problem.targets, targets)


@pytest.mark.parametrize("size", [1e4, 90.0])
@pytest.mark.parametrize("name", CASES)
def test_a_loss_stays_finite_far_out(name, size):
    """Raw outputs of ±size, through the loss's own link, float32."""
    case = CASES[name]
    problem = Problem(case, members=3, units=64, dtype=torch.float32)
    draw = torch.Generator().manual_seed(2)
    signs = torch.randint(-1, 2, problem.outputs.shape, generator=draw)
    problem.outputs = case.linked(size * signs.float())
    assert problem.value().isfinite().all()
    assert problem.gradient().isfinite().all()


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_loss_in_float32_is_the_one_in_float64_to_five_digits(name):
    """The same outputs and targets, rounded; gradients where the two fall on the same side of every kink."""
    exact, rounded = Problem(CASES[name], units=64), Problem(CASES[name], units=64, dtype=torch.float32)
    rounded.outputs, rounded.targets = exact.outputs.float(), exact.targets
    if exact.targets.is_floating_point():
        rounded.targets = exact.targets.float()
    torch.testing.assert_close(rounded.value().double(), exact.value(), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(rounded.gradient().double(), exact.gradient(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.loss.entry.lower_bound is not None])
def test_a_loss_keeps_to_its_lower_bound(name):
    problem = Problem(CASES[name], members=5, units=100)
    assert problem.value().min() >= CASES[name].loss.entry.lower_bound - 1e-12


def test_likelihoods_of_numbers_have_no_lower_bound():
    """A density and e^z − y·z can be as negative as one likes."""
    for name, outputs, target, least in (
        ("gaussian_nll", [3.0, -13.0], 3.0, -6.4),
        ("poisson_nll", [9.0], 8103.0, -6e4),
    ):
        assert LOSSES[name].lower_bound is None
        numbers = stack_numbers(LOSSES[name], [LOSSES[name].defaults], dtype=torch.float64)
        assert LOSSES[name].value(torch.tensor([[outputs]]).double(), torch.tensor([[target]]), numbers) < least


@pytest.mark.parametrize("name", CASES)
def test_what_an_untrained_network_is_expected_to_lose_is_what_outputs_of_0_lose(name):
    case = CASES[name]
    expected = case.loss.entry.expects(case.target, case.loss.numbers)
    problem = Problem(case, units=50)
    problem.outputs = case.linked(torch.zeros_like(problem.outputs))
    losses = problem.value()
    if math.isnan(expected):
        assert not case.loss.entry.untrained.replace(".", "").isdigit()
    else:
        # eps within a distance is a millionth.
        torch.testing.assert_close(losses, torch.full_like(losses, expected), rtol=1e-9, atol=1e-9)


def padded_copy(tensor: torch.Tensor) -> torch.Tensor:
    """The same values in memory of their own, the last axis a part of one that is a multiple of 16 wide."""
    width = tensor.shape[2]
    home = torch.zeros(*tensor.shape[:2], -(-width // 16) * 16, dtype=tensor.dtype)
    home[:, :, :width] = tensor
    return home[:, :, :width]


def different(case: Case, member: int) -> dict[str, object]:
    """The case's numbers with those that may differ within a slice moved, member by member; the first keeps its own."""
    found = dict(case.loss.numbers)
    for parameter in case.loss.entry.parameters:
        if not parameter.structural:
            found[parameter.name] = min(float(found[parameter.name]) + 0.13 * member, parameter.high)
    return found


@pytest.mark.parametrize("units", [16, 48])
@pytest.mark.parametrize("name", STRUCTURES)
def test_a_member_loses_the_same_bits_in_any_company(name, units):
    """float32; alone, in a slice, in another order, in a stack of five; padded or not."""
    case = CASES[name]
    problem = Problem(case, members=5, units=units, dtype=torch.float32)
    numbers = [different(case, member) for member in range(5)]
    entry = case.loss.entry

    def computed(members, lay):
        own = stack_numbers(entry, [numbers[member] for member in members], dtype=torch.float32)
        outputs, targets = lay(problem.outputs[members]), problem.targets[members]
        return entry.value(outputs, targets, own), entry.gradient(outputs, targets, own)

    together = computed([0, 1, 2, 3, 4], padded_copy)
    for members, lay in (
        ([0], padded_copy),
        ([3], padded_copy),
        ([2], torch.clone),
        ([1, 2, 3], padded_copy),
        ([4, 0], torch.clone),
    ):
        for some, every in zip(computed(members, lay), together, strict=True):
            np.testing.assert_array_equal(some.numpy(), every[members].numpy())


@pytest.mark.parametrize("name", STRUCTURES)
def test_threads_change_no_bit(name):
    """With enough elements for every operation to be cut up."""
    case = CASES[name]
    units = 36_000 // (2 * case.target.rows * min(case.width, 2)) // 16 * 16
    problem = Problem(case, members=2, units=units, dtype=torch.float32)
    threads = torch.get_num_threads()
    found = []
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            found.append((problem.value().numpy(), problem.gradient().numpy()))
    finally:
        torch.set_num_threads(threads)
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("name", EVERY)
def test_numbers_for_training_alone_are_left_out_when_a_network_is_judged(name):
    entry = LOSSES[name]
    for key in entry.training_only:
        numbers = [{**entry.defaults, key: 0.2}]
        assert stack_numbers(entry, numbers, dtype=torch.float32)[key].tolist() == [[pytest.approx(0.2)]]
        judged = stack_numbers(entry, numbers, dtype=torch.float32, judging=True)
        assert judged[key] is None
        case = next(case for case in CASES.values() if case.loss.name == name)
        outputs = Problem(case, dtype=torch.float32)
        plain = stack_numbers(entry, [entry.defaults], dtype=torch.float32)
        assert torch.equal(
            entry.value(outputs.outputs, outputs.targets, judged), entry.value(outputs.outputs, outputs.targets, plain)
        )


def test_targets_never_broadcast_in_a_stack():
    for name in ("mse", "l1", "huber", "log_cosh", "poisson_nll"):
        case = next(case for case in CASES.values() if case.loss.name == name)
        outputs = torch.zeros(2, 8, 3, dtype=torch.float64)
        targets = targets_of(case, 2, 8, torch.Generator().manual_seed(0))[:, :, :1]
        with pytest.raises(ValueError, match="do not fit outputs"):
            case.loss.entry.value(outputs, targets, case.numbers())
