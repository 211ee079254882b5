"""Losses by themselves: weights, rows that do not count, and what is refused. What torch also has is in the laws."""

import math

import numpy as np
import pytest
import torch

from pellucid.errors import UnknownNameError, UsageError
from pellucid.objectives import LOSSES

GENERATOR = np.random.default_rng(0)
Z, Y = torch.tensor(GENERATOR.normal(size=(6, 4))), torch.tensor([0, 3, 1, 1, 2, 3])
YES = torch.tensor(GENERATOR.integers(0, 2, (6, 4)).astype(float))
WEIGHTS = torch.tensor([1.0, 0.0, 2.0, 0.5, 1.0, 3.0]).double()


def by_hand(loss, *tensors, **options):
    """Central differences of a loss with respect to its first tensor."""
    first, *others = tensors
    found = torch.zeros_like(first)
    for place in range(first.numel()):
        for step, factor in ((1e-5, 1), (-1e-5, -1)):
            moved = first.clone()
            moved.view(-1)[place] += step
            found.view(-1)[place] += factor * loss(moved, *others, **options) / 2e-5
    return found


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    ("loss", "tensors", "options"),
    [
        ("huber", (Z, YES), {}),
        ("cross_entropy(label_smoothing=0.1)", (Z, Y), {"weight": torch.tensor([1.0, 2, 3, 4]).double()}),
        ("multilabel_soft_margin", (Z, YES), {"weight": torch.tensor([1.0, 2, 3, 4]).double()}),
        ("bce_with_logits(pos_weight=[1, 2, 3, 4])", (Z, YES), {}),
        ("focal(gamma=1.5, alpha=[1, 2, 3, 4])", (Z, Y), {}),
        ("focal(alpha=0.25)", (Z, YES), {}),
        ("kl_divergence", (torch.log_softmax(Z, 1), torch.softmax(YES, 1)), {}),
        ("multilabel_margin", (Z, YES), {}),
        ("corn", (Z, Y), {}),
        ("coral", (Z, Y), {}),
        ("quantile(levels=[0.1, 0.2, 0.5, 0.9])", (Z, Z[:, 0] + 0.1), {}),
        ("gaussian_nll", (Z, YES[:, :2]), {}),
        ("hinge_embedding(margin=9)", (Z, Z.flip(0), 2 * YES[:, 0] - 1), {}),
        ("squared_hinge", (Z, 2 * YES - 1), {}),
    ],
)
def test_sample_weights_weigh_losses_and_divide_their_mean(loss, tensors, options, reduction):
    chosen = LOSSES(loss)
    rows = [tuple(each[n : n + 1] for each in tensors) for n in range(6)]
    sums = torch.stack([chosen(*row, **options, reduction="sum") for row in rows])
    # What a row divides the mean by: 1, its number of elements, or its class weight.
    masses = sums / torch.stack([chosen(*row, **options) for row in rows])
    expected = (WEIGHTS * sums).sum() / ((WEIGHTS * masses).sum() if reduction == "mean" else 1)
    found = chosen(*tensors, **options, sample_weight=WEIGHTS, reduction=reduction)
    assert found.item() == pytest.approx(expected.item(), rel=1e-12)

    gradient = chosen.gradient(*tensors, **options, sample_weight=WEIGHTS, reduction=reduction)
    gradient = gradient[0] if isinstance(gradient, tuple) else gradient
    numeric = by_hand(chosen, *tensors, **options, sample_weight=WEIGHTS, reduction=reduction)
    torch.testing.assert_close(gradient, numeric, rtol=1e-7, atol=1e-8)
    assert (gradient[1] == 0).all()


def test_rows_that_do_not_count_may_be_anything():
    z, y = Z.clone(), Y.clone()
    z[2], y[2] = math.nan, -100
    rest = [0, 1, 3, 4, 5]
    loss = LOSSES("cross_entropy")
    assert loss(z, y, ignore_index=-100) == loss(Z[rest], Y[rest])
    assert loss(z, y, ignore_index=-100, reduction="none")[2] == 0
    gradient = loss.gradient(z, y, ignore_index=-100)
    torch.testing.assert_close(gradient[rest], loss.gradient(Z[rest], Y[rest]), rtol=0, atol=0)
    assert (gradient[2] == 0).all()


def test_numbers_and_arrays_are_as_good_as_tensors():
    assert LOSSES("mae")([1.0, 2.0], [2, 4]).item() == 1.5
    assert LOSSES("ce")(Z.numpy(), Y.numpy()).item() == LOSSES("ce")(Z, Y).item()
    assert LOSSES("bce_with_logits")(Z.float(), YES > 0).dtype == torch.float32
    assert LOSSES("huber", delta=1)([3.0], [0.0], reduction="none").tolist() == [2.5]


def test_a_loss_can_be_differentiated_by_torch_as_well():
    leaf = Z.clone().requires_grad_()
    LOSSES("log_cosh")(leaf, YES).backward()
    torch.testing.assert_close(LOSSES("log_cosh").gradient(Z, YES), leaf.grad, rtol=1e-12, atol=1e-15)


def test_kl_divergence_averages_over_rows_not_over_classes():
    """Rule L107."""
    outputs, targets = torch.log_softmax(Z, 1), torch.softmax(YES, 1)
    loss = LOSSES("kl_divergence")
    assert loss(outputs, targets) == loss(outputs, targets, reduction="batchmean")
    assert loss(outputs, targets).item() == pytest.approx(loss(outputs, targets, reduction="sum").item() / 6)
    assert loss(outputs, outputs.exp()).item() == pytest.approx(0, abs=1e-15)


def test_probabilities_of_0_and_1_cost_no_more_than_100():
    edge, sure = torch.tensor([0.0, 1.0, 0.0, 1.0]).double(), torch.tensor([1.0, 0.0, 0.0, 1.0]).double()
    assert LOSSES("bce")(edge, sure, reduction="none").tolist() == [100, 100, 0, 0]
    assert LOSSES("bce").gradient(edge, sure, reduction="sum").tolist() == [-1e12, 1e12, 0, 0]


def test_a_target_that_no_path_can_spell_costs_infinity_or_nothing_and_pulls_nowhere():
    frames = torch.log_softmax(torch.zeros(3, 1, 4).double(), 2)
    call = (frames, torch.tensor([[1, 1, 2]]), torch.tensor([3]), torch.tensor([3]))
    assert LOSSES("ctc")(*call).item() == math.inf
    assert LOSSES("ctc", zero_infinity=True)(*call).item() == 0
    assert (LOSSES("ctc").gradient(*call) == 0).all()


def test_ctc_adds_up_the_paths_that_spell_the_target():
    """Three frames, labels 1: 111 110 100 11_ … by enumeration."""
    from itertools import groupby, product

    probabilities = torch.softmax(Z[:3, :3], 1)
    total = 0.0
    for path in product(range(3), repeat=3):
        if [symbol for symbol, _ in groupby(path) if symbol] == [1, 2]:
            total += math.prod(probabilities[frame, symbol].item() for frame, symbol in enumerate(path))
    call = (probabilities.log().unsqueeze(1), torch.tensor([[1, 2]]), torch.tensor([3]), torch.tensor([2]))
    assert LOSSES("ctc")(*call, reduction="sum").item() == pytest.approx(-math.log(total), rel=1e-12)


def test_ordinal_losses_ask_whether_the_class_is_above():
    """Corn asks as far as the class itself, coral always; by torch's own binary cross-entropy."""
    binary = torch.nn.functional.binary_cross_entropy_with_logits
    answers = (Y.unsqueeze(1) > torch.arange(4)).double()
    every = binary(Z, answers, reduction="none")
    asked = torch.tensor([[k <= y for k in range(4)] for y in Y.tolist()])
    torch.testing.assert_close(LOSSES("coral")(Z, Y, reduction="none"), every.sum(1))
    torch.testing.assert_close(LOSSES("corn")(Z, Y, reduction="none"), (every * asked).sum(1))


def test_focal_loss_without_focus_is_cross_entropy():
    torch.testing.assert_close(LOSSES("focal", gamma=0)(Z, Y), LOSSES("cross_entropy")(Z, Y))
    torch.testing.assert_close(LOSSES("focal", gamma=0)(Z, YES), LOSSES("bce_with_logits")(Z, YES))
    right = torch.softmax(Z, 1)[torch.arange(6), Y]
    weights = torch.tensor([1.0, 2, 3, 4]).double()
    expected = -weights[Y] * (1 - right) ** 2 * right.log()
    torch.testing.assert_close(LOSSES("focal", alpha=(1, 2, 3, 4))(Z, Y, reduction="none"), expected)


def test_a_quantile_loss_of_a_constant_is_least_at_the_quantile():
    y = torch.tensor(GENERATOR.normal(size=1000))
    loss = LOSSES("quantile", levels=[0.9])
    grid = torch.linspace(-3, 3, 601).double()
    best = grid[torch.stack([loss(point.expand(1000, 1), y) for point in grid]).argmin()]
    assert best.item() == pytest.approx(np.quantile(y.numpy(), 0.9), abs=0.02)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: LOSSES("mse")(Z[:, :1], Z[:, 0]), r"outputs \(6, 1\) and targets \(6,\): .* 36 comp.*L108.*squeeze"),
        (lambda: LOSSES("l1")(Z[:, 0], Z[:, :1]), r"L108\). Use targets.squeeze"),
        (lambda: LOSSES("huber")(Z, Z[:, :3]), r"found outputs \(6, 4\) and targets \(6, 3\) \(rule L108\). Give them"),
        (lambda: LOSSES("bce_with_logits")(Z[:, :1], YES[:, 0]), "L108"),
        (lambda: LOSSES("focal")(Z[:, :1], YES[:, 0]), "L108"),
        (lambda: LOSSES("hinge")(Z[:, :1], 2 * YES[:, 0] - 1), "L108"),
        (lambda: LOSSES("gaussian_nll")(Z[:, :2], YES[:, :1].expand(6, 2)), r"outputs \(6, 4\).*found \(6, 2\).*L108"),
        (lambda: LOSSES("quantile")(Z[:, :1], Y.double().unsqueeze(1)), r"one each, found \(6, 1\) .*L108"),
        (lambda: LOSSES("quantile")(Z[:, :2], Y.double()), r"needs one per level: outputs \(6, 1\).*found \(6, 2\)"),
        (lambda: LOSSES("margin_ranking")(Z[:, 0], Z[:, :1], YES[:, 0]), "L108"),
        (lambda: LOSSES("cosine_embedding")(Z, Z[:3], YES[:, 0]), r"of one shape, found \(6, 4\), \(3, 4\) .*L108"),
        (lambda: LOSSES("cosine_embedding")(Z, Z, YES), r"one target per pair, \(6,\), found \(6, 4\)"),
        (lambda: LOSSES("triplet")(Z, Z, Z[:, :1]), "L108"),
        (lambda: LOSSES("cross_entropy")(Z, Y.unsqueeze(1)), r"class numbers \(6,\).*found targets \(6, 1\).*squeeze"),
        (lambda: LOSSES("cross_entropy")(Z, Y + 1), r"from 0 to 3, found 4 \(rule L113\). Are they counted from 1\?"),
        (lambda: LOSSES("cross_entropy")(Z, Y - 100), r"found -100 .*ignore_index=-100"),
        (lambda: LOSSES("cross_entropy")(Z, Y.double()), r"found torch.float64. Use targets.long\(\)"),
        (lambda: LOSSES("cross_entropy")(Z, YES.long()), r"Shares of classes are real numbers"),
        (lambda: LOSSES("nll")(Z, torch.softmax(Z, 1)), "nll takes class numbers, found shares.*cross_entropy"),
        (lambda: LOSSES("cross_entropy")(Z, Y, weight=[1, 2]), r"found weights \(2,\) for 4 classes \(rule L120\)"),
        (lambda: LOSSES("focal", alpha=[1, 2])(Z, Y), "one alpha per class, found 2 for 4 classes"),
        (lambda: LOSSES("focal", alpha=[3])(Z, YES), "one alpha between 0 and 1"),
        (lambda: LOSSES("corn")(Z, Y + 2), "class numbers from 0 to 4, found 5"),
        (
            lambda: LOSSES("adaptive_softmax", cutoffs=[9])(Z, Y),
            r"cutoffs below the number of classes, found \[9\] for 3",
        ),
        (lambda: LOSSES("bce")(Z, YES), "takes probabilities between 0 and 1, found .*L104.*bce_with_logits"),
        (lambda: LOSSES("bce_with_logits")(Z, 2 * YES - 1), r"takes targets between 0 and 1, found -1 \(rule L112\)"),
        (
            lambda: LOSSES("bce_with_logits")(Z, YES, pos_weight=[1, 2]),
            r"pos_weight \(2,\) over outputs \(6, 4\).*L120",
        ),
        (lambda: LOSSES("soft_margin")(Z, YES), r"−1 and \+1, found 0 \(rule L122\). Write 2·targets − 1"),
        (lambda: LOSSES("cosine_embedding")(Z, Z, Y + 1), r"−1 and \+1, found .* \(rule L122\)"),
        (lambda: LOSSES("hinge_embedding")(Z, 2 * YES - 1), "distances, which are never negative"),
        (lambda: LOSSES("multilabel_margin")(Z, YES.long()), "a label twice in one row.*targets.double"),
        (lambda: LOSSES("multilabel_margin")(Z, Y.expand(4, 6).T + 1), "label numbers from 0 to 3"),
        (lambda: LOSSES("mse")(Z), r"called with \(outputs, targets\), found 1 tensors"),
        (lambda: LOSSES("hinge_embedding")(Z), r"\(distances, targets\) or \(x1, x2, targets\), found 1"),
        (lambda: LOSSES("mse")(Z, YES, weight=[1, 2]), "mse takes no weight"),
        (lambda: LOSSES("bce")(YES, YES, pos_weight=[1, 2]), "bce takes no pos_weight"),
        (lambda: LOSSES("mse")(Z, YES, sample_weight=[1, 2]), r"losses \(6, 4\), found sample_weight \(2,\)"),
        (lambda: LOSSES("ctc")(Z, Y, [1], [1]), r"\[frames, sequences, symbols\], found \(6, 4\)"),
        (lambda: LOSSES("quantile", levels=[0.5, 0.1]), r"levels in rising order, at least one, found \[0.5, 0.1\]"),
        (lambda: LOSSES("quantile", levels=[]), "at least one"),
        (lambda: LOSSES("adaptive_softmax", cutoffs=[2.5]), "whole cutoffs in rising order"),
        (lambda: LOSSES("multi_margin", p=3), "1 ≤ p whole ≤ 2"),
        (lambda: LOSSES("huber", delta=0), "delta > 0"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_rule_and_the_way_out(call, message):
    with pytest.raises(UsageError, match=message):
        call()


def test_wrong_names_get_the_nearest_one():
    with pytest.raises(UnknownNameError, match="Did you mean 'mean'"):
        LOSSES("mse")(Z, YES, reduction="men")
    with pytest.raises(UnknownNameError, match="Did you mean 'mean'"):
        LOSSES("mse")(Z, YES, reduction="batchmean")
    with pytest.raises(UnknownNameError, match="Did you mean 'huber'"):
        LOSSES("hubr")
