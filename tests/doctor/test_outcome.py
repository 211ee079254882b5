"""How a run came out, against the loss that the best constant would have had."""

import math

import pytest
import torch
from sessions_by_hand import session
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from pellucid.doctor.outcome import outcome_of
from pellucid.doctor.trivial import best_constant_loss

CLASSES = torch.tensor([0, 0, 0, 1, 1, 2, -100])
YES = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [1.0, 0.0]])
NUMBERS = torch.tensor([[1.0, 10.0], [2.0, -3.0], [9.0, 0.5], [0.0, 4.0]])


def best(kind: str, target: Tensor, outputs: int, **options: object) -> float:
    loss = best_constant_loss(
        session([1.0], kind=kind, target=target, outputs=outputs, options=options).losses[0], target
    )
    assert loss is not None
    return loss


def fitted(kind: str, target: Tensor, outputs: int, **options: object) -> float:
    """The same by descent: one row of outputs, the same for all rows."""
    row = torch.zeros(outputs, dtype=torch.float64, requires_grad=True)
    wide = target if not target.is_floating_point() else target.double()
    options = {name: o.double() if isinstance(o, Tensor) else o for name, o in options.items()}
    optimizer = torch.optim.LBFGS([row], max_iter=400, tolerance_grad=1e-12, tolerance_change=1e-14)

    def loss() -> Tensor:
        return getattr(F, kind)(row.expand(len(target), outputs), wide, **options)

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)
    return float(loss().detach())


@pytest.mark.parametrize(
    ("kind", "target", "outputs", "options"),
    [
        ("cross_entropy", CLASSES, 3, {}),
        ("cross_entropy", CLASSES, 4, {"label_smoothing": 0.1}),
        ("cross_entropy", CLASSES, 3, {"weight": torch.tensor([1.0, 2.0, 5.0])}),
        ("cross_entropy", CLASSES, 3, {"reduction": "sum"}),
        ("cross_entropy", torch.tensor([[0.2, 0.8], [1.0, 0.0]]), 2, {}),
        ("binary_cross_entropy_with_logits", YES, 2, {}),
        ("binary_cross_entropy_with_logits", YES, 2, {"pos_weight": torch.tensor([3.0, 0.5])}),
        ("binary_cross_entropy_with_logits", YES, 2, {"reduction": "sum"}),
        ("mse_loss", NUMBERS, 2, {}),
        ("mse_loss", NUMBERS, 2, {"reduction": "sum"}),
    ],
)
def test_the_best_constant_is_what_descent_finds(
    kind: str, target: Tensor, outputs: int, options: dict[str, object]
) -> None:
    rows = (target >= 0).sum().item() if kind == "cross_entropy" and not target.is_floating_point() else len(target)
    scale = len(target) / rows if options.get("reduction") == "sum" else 1.0  # ignored rows are counted as if average
    assert best(kind, target, outputs, **options) == pytest.approx(
        scale * fitted(kind, target, outputs, **options), rel=1e-5
    )


def test_absolute_error_is_about_the_median() -> None:
    assert best("l1_loss", torch.tensor([0.0, 1.0, 1.0, 10.0, 3.0]), 1) == pytest.approx((1 + 0 + 0 + 9 + 2) / 5)


def test_huber_is_the_square_near_and_the_distance_far() -> None:
    target = torch.tensor([0.0, 2.0])
    assert best("huber_loss", target, 1, delta=100.0) == pytest.approx(0.5)
    assert best("smooth_l1_loss", 1000 * target, 1, beta=1e-6) == pytest.approx(1000, rel=1e-3)


@pytest.mark.parametrize("kind", ["ctc_loss", "by_hand", "triplet_margin_loss", "kl_div"])
def test_other_losses_have_no_known_constant(kind: str) -> None:
    assert best_constant_loss(session([1.0], kind=kind).losses[0], YES) is None


LN3 = math.log(3)


def test_a_run_at_the_entropy_of_its_classes_is_stuck_and_one_below_is_not() -> None:
    assert outcome_of(session([LN3 + 0.01 * (n % 2) for n in range(50)])).is_stuck is True
    outcome = outcome_of(session([LN3] * 25 + [0.9] * 25))
    assert (outcome.is_stuck, outcome.is_bad) == (False, False)
    assert outcome.trivial == pytest.approx(LN3)


def test_a_loss_divided_for_accumulation_is_compared_in_its_own_unit() -> None:
    assert outcome_of(session([LN3, 1.2] * 20, factor=0.25)).is_stuck is True
    assert outcome_of(session([LN3] * 20 + [0.5] * 20, factor=0.25)).is_stuck is False


def test_a_loss_to_which_something_is_added_is_not_compared() -> None:
    run = session([1.0, 1.1] * 20)
    run.backwards[0].values = [value + 0.5 for value in run.backwards[0].values]
    assert outcome_of(run).trivial is None
    assert outcome_of(run).is_doubtful


@pytest.mark.parametrize("end", [float("nan"), float("inf")])
def test_a_loss_that_ends_in_no_number_has_diverged_however_short_the_run(end: float) -> None:
    assert outcome_of(session([1.0, end])).is_diverged


def test_a_loss_far_above_its_beginning_has_diverged() -> None:
    assert outcome_of(session([1.2] * 20 + [50.0] * 20)).is_diverged
    assert not outcome_of(session([1.2] * 20 + [3.0] * 20)).is_diverged


def test_a_loss_that_never_moves_is_stuck_whatever_its_value() -> None:
    assert outcome_of(session([0.0] * 30)).is_stuck is True


def test_little_is_said_about_short_runs_and_less_meanwhile() -> None:
    values = [LN3, LN3 + 0.01] * 5
    assert outcome_of(session(values)).is_stuck is None
    assert outcome_of(session(values * 3)).is_stuck is True
    assert outcome_of(session(values * 3, is_over=False)).is_stuck is None
    assert outcome_of(session(values * 30, is_over=False)).is_stuck is True


def test_a_session_without_a_loss_says_nothing() -> None:
    assert not outcome_of(session()).is_bad
