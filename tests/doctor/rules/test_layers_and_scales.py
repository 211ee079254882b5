"""What rules see of layers that are left out, of inputs that are next to nothing, and of metrics of all pairs."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from pellucid.doctor.facts import Call, CallSite, LayerSeen, LossCall, LossSite, ModelSeen, Phase, Place, Session
from pellucid.doctor.rule import Suspicion
from pellucid.doctor.rules import RULES
from pellucid.doctor.telling import joined

PLACE = Place("train.py", 3)
JUDGING = Phase(training=False, grad=False)


def found(code: str, session: Session) -> list[Suspicion]:
    see = RULES[code].see
    assert see is not None
    return list(see(session))


class Scaled(nn.Module):
    def __init__(self, first: nn.Module, divisor: float, shift: float = 0.0) -> None:
        super().__init__()
        self.first, self.divisor, self.shift = first, divisor, shift

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.first(x / self.divisor + self.shift)
        return result


def given(model: Scaled, rows: Tensor) -> Session:
    layer = LayerSeen("first", model.first, None, None)
    return Session(models=[ModelSeen(model, "Scaled", PLACE, layers=[layer], inputs=rows)], updates=30)


def test_inputs_that_forward_scales_once_more_are_told() -> None:
    (suspicion,) = found("D410", given(Scaled(nn.Conv2d(1, 2, 3), 255), torch.rand(40, 1, 6, 6)))
    assert suspicion.evidence["largest"] == pytest.approx(1 / 255, rel=0.05)


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (Scaled(nn.Conv2d(1, 2, 3), 255), torch.rand(40, 1, 6, 6) * 255),
        (Scaled(nn.Conv2d(1, 2, 3), 255, shift=-0.5), torch.rand(40, 1, 6, 6)),
        (Scaled(nn.Conv2d(1, 2, 3), 255, shift=0.003), torch.rand(40, 1, 6, 6)),
        (Scaled(nn.BatchNorm2d(1), 255), torch.rand(40, 1, 6, 6)),
        (Scaled(nn.Linear(5, 1), 1), torch.randn(40, 7, 5) * 0.002),
    ],
)
def test_inputs_that_are_large_enough_or_small_by_nature_are_let_pass(model: Scaled, rows: Tensor) -> None:
    assert not found("D410", given(model, rows))


def test_pixels_that_were_divided_twice_are_told_whatever_their_shape() -> None:
    pixels = torch.randint(0, 256, (40, 1, 6, 6)) / 255 / 255
    assert found("D410", given(Scaled(nn.Conv2d(1, 2, 3), 1), pixels))


class Deep(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(4, 4) for _ in range(3))
        self.norms = nn.ModuleList(nn.BatchNorm1d(4) for _ in range(3))
        self.drop = nn.Dropout2d(0.1)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x


def deep(model: Deep) -> Session:
    layers = [LayerSeen(f"layers.{number}", layer, (8, 4), (8, 4)) for number, layer in enumerate(model.layers)]
    model(torch.randn(8, 4)).sum().backward()
    return Session(models=[ModelSeen(model, "Deep", PLACE, layers=layers)], updates=30)


def test_norms_in_a_list_that_nobody_calls_are_told_together_and_once() -> None:
    dropouts, norms = found("E313", deep(Deep()))
    assert "self.drop" in dropouts.message
    assert "self.norms[0], self.norms[1], self.norms[2]" in norms.message
    assert not found("N506", deep(Deep()))


def test_norms_whose_weights_have_gradients_take_part() -> None:
    model = Deep()
    for norm in model.norms:
        norm.weight.grad = torch.ones(4)
    assert [each.layer for each in found("E313", deep(model))] == ["drop"]


def test_norms_left_out_explain_dead_units_and_dropout_left_out_does_not() -> None:
    assert RULES["E313"].causes
    assert "T601" not in RULES["E313"].causes
    dropouts, norms = found("E313", deep(Deep()))
    assert dropouts.causes is None
    assert norms.causes is not None and "T601" in norms.causes
    (both,) = joined([dropouts, norms])
    assert both.causes is None
    (both,) = joined([norms, replace(norms, causes=("X000",))])
    assert both.causes == (*norms.causes, "X000")


def difference(first: Tensor, second: Tensor, of_output: set[int | str], phase: Phase = JUDGING) -> Session:
    shapes: dict[int | str, tuple[int, ...]] = {0: tuple(first.shape), 1: tuple(second.shape)}
    call = Call({0: first, 1: second}, shapes, None, None, (), phase, 0, frozenset(of_output))
    return Session(calls=[CallSite("Tensor.__sub__", PLACE, None, None, [call], 1)])


COLUMN, ROW = torch.randn(9, 1), torch.randn(9)


def test_an_output_less_its_target_for_all_pairs_is_no_metric() -> None:
    (suspicion,) = found("E307", difference(COLUMN, ROW, {0}))
    assert suspicion.evidence == {"left": [9, 1], "right": [9]}
    assert found("E307", difference(ROW, COLUMN, {1}))


@pytest.mark.parametrize(
    "session",
    [
        difference(COLUMN, COLUMN, {0}),
        difference(COLUMN, ROW, set()),
        difference(COLUMN, ROW, {0, 1}),
        difference(COLUMN, COLUMN.T, {0}),
        difference(COLUMN, ROW, {0}, Phase(training=True, grad=True)),
    ],
)
def test_differences_that_are_meant_or_belong_to_the_loss_are_let_pass(session: Session) -> None:
    assert not found("E307", session)


def test_a_loss_that_only_judges_is_a_metric_too() -> None:
    call = LossCall(COLUMN, ROW, (9, 1), (9,), torch.tensor(1.0), (), JUDGING, 5, 0)
    site = LossSite("l1_loss", PLACE, None, calls=[call], count=1)
    trained = LossSite("mse_loss", Place("train.py", 1), None, count=1, trained=True)
    assert found("E307", Session(losses=[trained, site]))
