"""Optimizers, zeroing, clipping and schedulers, as the facts describe them."""

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import torch
from observed_habits import Net, begin
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from torch.optim import Optimizer

from pellucid.doctor.facts import OptimizerSeen, Place, Session
from pellucid.doctor.observing import Observer


def observe(work: Callable[[], Any], **given: Any) -> Session:
    session = Session()
    with Observer(session, **given):
        work()
    return session


def line() -> int:
    """The line of the caller."""
    return sys._getframe(1).f_lineno


def seen_of(
    zero: Callable[[nn.Module, Optimizer], Any],
    where: str = "before backward",
    steps: int = 40,
    backwards: int = 1,
    clip: bool = False,
) -> OptimizerSeen:
    """An ordinary loop that zeroes in a certain way at a certain place."""
    x, y = begin()

    def work() -> None:
        model = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3))
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(steps):
            for _ in range(backwards):
                loss = F.cross_entropy(model(x), y)
                if where == "before backward":
                    zero(model, optimizer)
                loss.backward()
            if where == "before step":
                zero(model, optimizer)
            if clip:
                nn.utils.clip_grad_norm_(model.parameters(), 0.01)
            optimizer.step()
            if where == "after step":
                zero(model, optimizer)

    (seen,) = observe(work).optimizers
    return seen


def by_optimizer(model: nn.Module, optimizer: Optimizer) -> None:
    optimizer.zero_grad()


def by_optimizer_to_zeros(model: nn.Module, optimizer: Optimizer) -> None:
    optimizer.zero_grad(set_to_none=False)


def by_model(model: nn.Module, optimizer: Optimizer) -> None:
    model.zero_grad()


def by_none(model: nn.Module, optimizer: Optimizer) -> None:
    for parameter in model.parameters():
        parameter.grad = None


def by_zero(model: nn.Module, optimizer: Optimizer) -> None:
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad.zero_()


def by_data(model: nn.Module, optimizer: Optimizer) -> None:
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad.data.zero_()


def by_nobody(model: nn.Module, optimizer: Optimizer) -> None:
    pass


def by_half(model: nn.Module, optimizer: Optimizer) -> None:
    by_none(model[0], optimizer)  # type: ignore[index]


WAYS = [by_optimizer, by_optimizer_to_zeros, by_model, by_none, by_zero, by_data]


@pytest.mark.parametrize("where", ["before backward", "after step"])
@pytest.mark.parametrize("clip", [False, True])
@pytest.mark.parametrize("zero", WAYS, ids=lambda zero: zero.__name__)
def test_gradients_that_are_zeroed_in_any_way_are_not_stale(zero: Any, where: str, clip: bool) -> None:
    seen = seen_of(zero, where, clip=clip)
    assert (seen.steps, seen.stale, seen.checked, seen.empty) == (40, 0, 39, 0)
    assert seen.zeroings >= 39
    assert seen.backwards == Counter({1: 40})


@pytest.mark.parametrize("clip", [False, True])
def test_gradients_that_nobody_zeroes_are_stale(clip: bool) -> None:
    seen = seen_of(by_nobody, clip=clip)
    assert (seen.stale, seen.checked, seen.zeroings, seen.empty) == (39, 39, 0, 0)


@pytest.mark.parametrize("zero", WAYS, ids=lambda zero: zero.__name__)
def test_gradients_zeroed_before_the_step_make_it_empty(zero: Any) -> None:
    seen = seen_of(zero, "before step")
    assert seen.empty >= 35
    assert seen.steps == 40


def test_gradients_are_accumulated_over_several_backward_passes() -> None:
    assert seen_of(by_optimizer, "after step", backwards=4).backwards == Counter({4: 40})
    assert seen_of(by_optimizer, "after step", backwards=4).stale == 0
    assert seen_of(by_nobody, backwards=4).stale == 39


def test_lines_that_zero_are_known() -> None:
    seen = seen_of(by_optimizer)
    assert [place.function for place in seen.zero_places] == ["by_optimizer"]
    assert seen_of(by_none).zero_places == []


def test_an_adversary_is_not_blamed_for_the_others_gradients() -> None:
    begin()

    def work() -> None:
        maker, critic = nn.Linear(4, 2), nn.Linear(2, 1)
        of_maker, of_critic = torch.optim.SGD(maker.parameters(), 0.1), torch.optim.SGD(critic.parameters(), 0.1)
        for _ in range(30):
            made = maker(torch.randn(8, 4))
            of_critic.zero_grad()
            (critic(made.detach()) - critic(torch.randn(8, 2))).mean().backward()
            of_critic.step()
            of_maker.zero_grad()
            critic(made).mean().backward()
            of_maker.step()

    for seen in observe(work).optimizers:
        assert (seen.steps, seen.stale, seen.checked) == (30, 0, 29)


def test_an_optimizer_is_known_by_its_lines_settings_and_parameters() -> None:
    x, y = begin()
    lines = []
    model = Net()

    def work() -> None:
        lines.append(line() + 1)
        optimizer = torch.optim.AdamW(
            [{"params": model.first.parameters(), "lr": 0.5}, {"params": [model.last.weight]}], lr=0.1, weight_decay=0.3
        )
        for _ in range(3):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            lines.append(line() + 1)
            optimizer.step()

    session = observe(work)
    (seen,) = session.optimizers
    assert seen.kind == "AdamW" and session.updates == 3
    assert seen.place == Place(__file__, lines[0], "work") and seen.step_place == Place(__file__, lines[1], "work")
    assert [(group["lr"], group["weight_decay"]) for group in seen.first] == [(0.5, 0.3), (0.1, 0.3)]
    assert all("params" not in group for group in seen.first)
    held = [model.first.weight, model.first.bias, model.last.weight]
    assert seen.held == {id(parameter) for parameter in held}
    assert list(seen.samples[0].weight) == ["first.weight", "first.bias", "last.weight"]


def test_a_subclass_of_the_persons_is_placed_where_it_is_made() -> None:
    class Mine(torch.optim.SGD):
        def __init__(self, parameters: Any) -> None:
            super().__init__(parameters, lr=0.1)

    place = 0

    def work() -> None:
        nonlocal place
        place = line() + 1
        Mine(nn.Linear(2, 1).parameters())

    (seen,) = observe(work).optimizers
    assert seen.place is not None and seen.place.line == place and seen.kind == "Mine" and seen.steps == 0
    assert len(seen.held) == 2


def test_measured_steps_tell_the_norms_of_gradient_weight_and_movement() -> None:
    x, y = begin()
    model = nn.Linear(5, 3)
    expected = []

    def work() -> None:
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(1500):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            assert model.weight.grad is not None
            expected.append((model.weight.grad.norm().item(), model.weight.detach().norm().item()))
            optimizer.step()

    (seen,) = observe(work).optimizers
    steps = [sample.step for sample in seen.samples]
    assert steps[:12] == [*range(1, 11), 20, 30] and len(steps) < 0.05 * 1500
    assert [step for step, _ in seen.rates] == steps and {rate for _, rate in seen.rates} == {0.1}
    for sample in seen.samples:
        gradient, weight = expected[sample.step - 1]
        assert sample.gradient["weight"] == pytest.approx(gradient, rel=1e-5)
        assert sample.weight["weight"] == pytest.approx(weight, rel=1e-5)
        assert sample.moved["weight"] == pytest.approx(0.1 * gradient, rel=1e-3, abs=1e-7)
        assert sample.size == {"weight": 15, "bias": 3}


def test_parameters_of_no_model_and_without_gradient_have_names_too() -> None:
    def work() -> None:
        used, unused = torch.ones(3, requires_grad=True), torch.ones(2, requires_grad=True)
        optimizer = torch.optim.SGD([used, unused], 0.1)
        used.sum().backward()
        optimizer.step()

    (seen,) = observe(work).optimizers
    (sample,) = seen.samples
    assert sample.gradient == {"group 0, number 0": pytest.approx(3**0.5), "group 0, number 1": None}
    assert sample.moved["group 0, number 1"] == 0


def test_two_models_in_one_optimizer_keep_their_names_apart() -> None:
    def work() -> None:
        one, two = nn.Linear(2, 2), nn.Linear(2, 1)
        optimizer = torch.optim.SGD([*one.parameters(), *two.parameters()], 0.1)
        two(one(torch.ones(3, 2))).sum().backward()
        optimizer.step()

    (seen,) = observe(work).optimizers
    assert list(seen.samples[0].size) == ["weight", "bias", "Linear 1.weight", "Linear 1.bias"]


def test_a_loss_that_is_no_number_is_measured_out_of_turn() -> None:
    def work() -> None:
        model = nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), 0.01)
        for step in range(60):
            optimizer.zero_grad()
            (model(torch.ones(4, 2)).mean() * (float("nan") if step in (34, 35) else 1)).backward()
            optimizer.step()

    (seen,) = observe(work).optimizers
    assert {35, 36} <= {sample.step for sample in seen.samples}


def test_closures_are_one_step_with_the_gradient_of_their_last_call() -> None:
    x, y = begin()

    def work() -> None:
        model = nn.Linear(5, 3)
        optimizer = torch.optim.LBFGS(model.parameters(), max_iter=4)

        def closure() -> Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            return loss

        for _ in range(5):
            optimizer.step(closure)

    session = observe(work)
    (seen,) = session.optimizers
    assert (seen.steps, seen.empty, seen.stale, session.updates) == (5, 0, 0, 5)
    assert seen.backwards == Counter({1: 5})
    assert all(sample.gradient["weight"] for sample in seen.samples)


def test_clipping_is_told_with_its_norm_and_its_place_in_the_round() -> None:
    x, y = begin()
    norms = []

    def work(after: bool) -> Callable[[], None]:
        def run() -> None:
            model = Net()
            optimizer = torch.optim.SGD(model.parameters(), 0.1)
            for _ in range(3):
                optimizer.zero_grad()
                F.cross_entropy(model(x), y).backward()
                if after:
                    optimizer.step()
                norms.append(nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.2).item())
                if not after:
                    optimizer.step()

        return run

    (seen,) = observe(work(after=False)).optimizers
    assert [(step, limit, norm, when) for step, _, limit, norm, when in seen.clipped] == [
        (number + 1, 0.2, pytest.approx(norms[number]), "before") for number in range(3)
    ]
    assert seen.clipped[0][1] is not None and seen.clipped[0][1].function == "run"
    (seen,) = observe(work(after=True)).optimizers
    assert [(step, when) for step, _, _, _, when in seen.clipped] == [(1, "after"), (2, "after"), (3, "after")]


def test_an_empty_generator_is_warned_of_as_ever() -> None:
    with pytest.warns(UserWarning, match="empty generator"), Observer(Session()):
        nn.utils.clip_grad_norm_((parameter for parameter in nn.ReLU().parameters()), 1.0)


def test_schedulers_tell_class_line_and_steps() -> None:
    x, y = begin()
    lines = []

    def work() -> None:
        model = Net()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        lines.append(line() + 1)
        per_batch = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
        per_epoch = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
        for _ in range(2):
            for _ in range(3):
                F.cross_entropy(model(x), y).backward()
                optimizer.step()
                per_batch.step()
            per_epoch.step(1.0)

    (seen,) = observe(work).optimizers
    assert seen.schedulers == [
        ("ExponentialLR", Place(__file__, lines[0], "work"), 6, None),
        ("ReduceLROnPlateau", Place(__file__, lines[0] + 1, "work"), 2, None),
    ]
    assert [rate for _, rate in seen.rates][:3] == pytest.approx([0.1, 0.09, 0.081])


def test_groups_that_are_added_later_are_measured() -> None:
    x, y = begin()

    def work() -> None:
        model = Net()
        optimizer = torch.optim.SGD(model.first.parameters(), 0.1)
        for step in range(6):
            if step == 3:
                optimizer.add_param_group({"params": model.last.parameters()})
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()

    (seen,) = observe(work).optimizers
    assert list(seen.samples[0].size) == ["first.weight", "first.bias"]
    assert list(seen.samples[-1].size) == ["first.weight", "first.bias", "last.weight", "last.bias"]


@pytest.mark.parametrize("seeded", [True, False])
def test_whether_a_seed_was_set_is_known(seeded: bool) -> None:
    before = torch.get_rng_state()
    try:
        session = observe(lambda: torch.manual_seed(7) if seeded else torch.seed())
    finally:
        torch.set_rng_state(before)
    assert session.seeded is seeded
