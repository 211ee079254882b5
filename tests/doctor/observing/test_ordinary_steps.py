"""Most steps are like the one before: they are counted on a short way, and the facts are those of the long way."""

from collections import Counter
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
import torch
from observed_habits import begin
from ordinary_loops import (
    LOOPS,
    STEPS,
    Loop,
    accumulated_from_some_step_on,
    batches,
    network,
    one_optimizer_joins_late_in_the_same_line,
    plain,
    with_an_argument_now_and_then,
    zeroed_between_backward_and_step_from_some_step_on,
    zeroed_only_at_first,
    zeroed_only_later,
)
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from torch.utils.flop_counter import FlopCounterMode

from pellucid.doctor.facts import Session
from pellucid.doctor.observing import Observer, backward_lines, backwards, module_calls
from pellucid.doctor.observing.backwards import Backwards
from pellucid.doctor.observing.module_calls import ModuleCalls
from pellucid.doctor.observing.stepped import Stepped


def observed(loop: Loop) -> Session:
    torch.manual_seed(0)
    session = Session()
    with Observer(session):
        loop()
    assert not session.blind
    return session


def facts(session: Session) -> dict[str, Any]:
    """What is counted, in plain data."""
    return {
        "updates": session.updates,
        "optimizers": [
            (each.kind, each.steps, each.zeroings, each.stale, each.checked, each.empty, dict(each.backwards))
            for each in session.optimizers
        ],
        "measured": [[sample.step for sample in each.samples] for each in session.optimizers],
        "gradients": [[repr(sample.gradient) for sample in each.samples] for each in session.optimizers],
        "clipped": [each.clipped for each in session.optimizers],
        "backwards": [
            (each.place, [repr(value.item()) for value in each.values], each.steps, each.retained, each.nodes)
            for each in session.backwards
        ],
        "passes": [
            (each.model, each.phase, each.sizes, each.backwards, each.steps, each.first_step, each.place)
            for each in session.passes
        ],
        "losses": [(each.kind, each.place, each.trained, len(each.calls)) for each in session.losses],
        "rows": [None if each.inputs is None else each.inputs.shape for each in session.models],
    }


@pytest.fixture
def the_long_way(monkeypatch: pytest.MonkeyPatch) -> Callable[[Loop], Session]:
    """Observes a loop with every short way closed."""

    def observe(loop: Loop) -> Session:
        ended = Stepped.ended

        def ends(stepped: Stepped, by_closure: bool) -> None:
            ended(stepped, by_closure)
            stepped.left = 0

        with monkeypatch.context() as patch:
            patch.setattr(Backwards, "_is_ordinary", lambda *_: False)
            patch.setattr(Stepped, "ended", ends)
            patch.setattr(module_calls, "_Steady", lambda *_: None)
            return observed(loop)

    return observe


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: loop.__name__)
def test_the_short_way_leads_to_the_facts_of_the_long_way(loop: Loop, the_long_way: Callable[[Loop], Session]) -> None:
    short, long = facts(observed(loop)), facts(the_long_way(loop))
    for part in short:
        assert short[part] == long[part], part


def test_backward_passes_that_fail_and_are_tried_again_are_counted_once() -> None:
    class Fails(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, *gradients: Any) -> Any:
            if fails[-1]:
                raise RuntimeError("out of memory")
            return gradients[0]

    fails = [False]

    def tried_again() -> None:
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for step, x, y in batches(200):
            optimizer.zero_grad()
            for attempt in range(2):
                fails.append(step > 100 and not attempt)
                try:
                    F.cross_entropy(Fails.apply(model(x)), y).backward()
                    break
                except RuntimeError:
                    continue
            optimizer.step()

    (seen,) = observed(tried_again).optimizers
    assert (seen.steps, seen.empty, seen.stale, seen.backwards) == (200, 0, 0, Counter({1: 200}))


def test_an_input_without_a_shape_is_let_through() -> None:
    class Rows:
        def __init__(self, rows: Tensor) -> None:
            self.rows = rows

        @property
        def shape(self) -> Any:
            raise RuntimeError("nobody knows")

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = network()

        def forward(self, given: Any) -> Any:
            return self.inner(given.rows if isinstance(given, Rows) else given)

    model = Model()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    session = Session()
    with Observer(session):
        for step, x, y in batches(200):
            optimizer.zero_grad()
            F.cross_entropy(model(Rows(x) if step > 180 else x), y).backward()
            optimizer.step()
    assert session.optimizers[0].steps == 200


def test_most_steps_of_a_plain_loop_go_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    went: Counter[str] = Counter()

    def counted(kind: Any, name: str) -> None:
        original = getattr(kind, name)

        def ask(*given: Any) -> Any:
            went[name] += 1
            return original(*given)

        monkeypatch.setattr(kind, name, ask)

    for kind, name in ((Backwards, "_see"), (Stepped, "ended"), (ModuleCalls, "_enter")):
        counted(kind, name)
    observed(lambda: plain(600))
    # Until 2,048 rows are kept the model's calls are looked at: here 128.
    assert all(0 < went[name] < 200 for name in ("_see", "ended", "_enter")), went


def test_counts_are_those_of_the_loop() -> None:
    (seen,) = observed(plain).optimizers
    assert (seen.steps, seen.zeroings, seen.checked, seen.stale, seen.empty) == (STEPS, STEPS, STEPS - 1, 0, 0)
    assert seen.backwards == Counter({1: STEPS})
    (seen,) = observed(zeroed_only_at_first).optimizers
    # One step is needed to notice that nobody zeroes any more, and one to know what the gradients were.
    assert seen.zeroings == 130 and STEPS - 130 - 2 <= seen.stale <= STEPS - 130
    (seen,) = observed(zeroed_only_later).optimizers
    assert seen.zeroings == STEPS - 131 and seen.stale == 130
    (seen,) = observed(accumulated_from_some_step_on).optimizers
    assert seen.backwards == Counter({1: 120, 4: (STEPS - 120) // 4}) and seen.stale == 0
    (seen,) = observed(with_an_argument_now_and_then).optimizers
    assert (seen.steps, seen.backwards) == (STEPS, Counter({1: STEPS}))
    (seen,) = observed(zeroed_between_backward_and_step_from_some_step_on).optimizers
    assert seen.empty == STEPS - 101


def test_an_optimizer_that_joins_late_is_not_told_to_have_empty_steps() -> None:
    first, second = observed(one_optimizer_joins_late_in_the_same_line).optimizers
    for seen, steps in ((first, 100), (second, STEPS - 100)):
        assert (seen.steps, seen.empty, seen.stale, seen.checked) == (steps, 0, 0, steps - 1)
        assert seen.backwards == Counter({1: steps})


def test_values_are_thinned_out_on_either_way(
    monkeypatch: pytest.MonkeyPatch, the_long_way: Callable[[Loop], Session]
) -> None:
    monkeypatch.setattr(backwards, "VALUES", 64)
    monkeypatch.setattr(backward_lines, "VALUES", 64)
    (short,), (long,) = observed(plain).backwards, the_long_way(plain).backwards
    assert short.steps == long.steps == list(range(3, STEPS, 4))
    assert [value.item() for value in short.values] == [value.item() for value in long.values]


def test_another_thread_is_left_alone_and_this_is_said() -> None:
    session = Session()
    with Observer(session):
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)

        def train(steps: int = 60) -> None:
            for _, x, y in batches(steps):
                optimizer.zero_grad()
                F.cross_entropy(model(x), y).backward()
                optimizer.step()

        train()
        thread = Thread(target=train)
        thread.start()
        thread.join()
        train(5)
    (seen,) = session.optimizers
    assert (seen.steps, seen.empty, seen.stale, session.updates) == (65, 0, 0, 65)
    assert seen.backwards == Counter({1: 65})
    assert session.blind == ["A backward pass in another thread was not looked at: one thread is watched."]


def test_the_thread_that_trains_what_was_named_is_the_watched_one() -> None:
    model, other = network(), network()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)

    def train() -> None:
        for _, x, y in batches(30):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()

    session = Session()
    with Observer(session, only=[model, optimizer]):
        other(begin()[0])
        thread = Thread(target=train)
        thread.start()
        thread.join()
    assert (session.updates, [seen.module for seen in session.models]) == (30, [model])
    assert session.optimizers[0].backwards == Counter({1: 30})


def test_steps_within_the_backward_pass_are_neither_empty_nor_without_one() -> None:
    model = network()

    def step(parameter: Tensor) -> None:
        optimizers[parameter].step()
        optimizers[parameter].zero_grad()

    for parameter in model.parameters():
        parameter.register_post_accumulate_grad_hook(step)
    session = Session()
    with Observer(session):
        optimizers = {parameter: torch.optim.SGD([parameter], 0.1) for parameter in model.parameters()}
        for _, x, y in batches(60):
            F.cross_entropy(model(x), y).backward()
    for seen in session.optimizers:
        assert (seen.steps, seen.empty, seen.stale, seen.backwards) == (60, 0, 0, Counter({1: 60}))


def transformed(model: nn.Module, x: Tensor) -> None:
    parameters = dict(model.named_parameters())
    torch.func.grad(lambda held: torch.func.functional_call(model, held, (x,)).sum())(parameters)


def traced(model: nn.Module, x: Tensor) -> None:
    torch.jit.trace(model, x, check_trace=False)


def counted(model: nn.Module, x: Tensor) -> None:
    with FlopCounterMode(display=False):
        model(x)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("extra", [transformed, traced, counted], ids=lambda extra: extra.__name__)
def test_calls_that_are_recorded_or_transformed_are_no_part_of_a_pass(
    extra: Callable[[nn.Module, Tensor], None],
) -> None:
    def program() -> None:
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for step, x, y in batches(200):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
            if step > 150:
                extra(model, x)

    assert sum(len(each.sizes) for each in observed(program).passes) == 200
