"""When the observer has stopped, PyTorch is as it was; whatever breaks in the observer stays in it."""

import warnings
from typing import Any

import pytest
import torch
from observed_habits import HABITS, Net, begin
from torch import nn
from torch.nn.modules import module as modules
from torch.optim import lr_scheduler, optimizer

from pellucid.doctor.facts import Session
from pellucid.doctor.observing import Observer
from pellucid.doctor.observing.learnt import Learnt
from pellucid.doctor.observing.loss_calls import LossCalls
from pellucid.doctor.observing.stepped import Stepped

OWNERS: list[Any] = [
    nn.Module,
    torch.Tensor,
    torch,
    torch.autograd,
    torch.nn.utils,
    torch.nn.utils.clip_grad,
    torch.nn.functional,
    torch.optim.Optimizer,
    *(kind for kind in vars(lr_scheduler).values() if isinstance(kind, type)),
    warnings,
    Net,
]


def everything() -> dict[tuple[int, str], int]:
    """Identity of every attribute of what the observer touches, and of all global hooks."""
    found = {(number, name): id(value) for number, owner in enumerate(OWNERS) for name, value in vars(owner).items()}
    hooks = {name: value for name, value in vars(modules).items() if name.startswith("_global") and "hooks" in name}
    hooks |= {name: value for name, value in vars(optimizer).items() if name.startswith("_global")}
    return found | {(-1, f"{name} {key}"): id(hook) for name, value in hooks.items() for key, hook in value.items()}


def changed(before: dict[tuple[int, str], int]) -> set[tuple[int, str]]:
    after = everything()
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} - {
        key for key in after if key[1] in ("__warningregistry__",)
    }


def test_nothing_is_left_behind() -> None:
    for program in HABITS[:3]:  # what PyTorch itself loads and replaces only when it is needed
        program()
    before = everything()
    observer = Observer(Session()).start()
    assert len(changed(before)) > 10
    for program in HABITS[:3]:
        program()
    observer.stop()
    assert not changed(before)
    assert torch._C._len_torch_function_stack() == 0
    observer.stop()
    observer.start()
    assert not changed(before)


def test_a_directly_called_forward_is_put_back() -> None:
    before = everything()
    x, _ = begin()
    with Observer(Session()) as observer:
        model = Net()
        model.forward(x)
        model.forward(x)
        assert any(OWNERS[number] is Net and name == "forward" for number, name in changed(before) if number >= 0)
        assert observer.session.models[0].module is model
    assert not changed(before)


def test_an_error_of_the_program_passes_through_and_everything_is_put_back() -> None:
    before = everything()
    x, _ = begin()
    with pytest.raises(RuntimeError, match="mat1 and mat2"), Observer(Session()):
        Net()(x[:, :2])
    assert not changed(before)
    assert torch._C._len_torch_function_stack() == 0


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_observers_stop_in_any_order(order: tuple[int, int]) -> None:
    before = everything()
    observers = [Observer(Session()).start(), Observer(Session()).start()]
    HABITS[0]()
    observers[order[0]].stop()
    HABITS[1]()
    observers[order[1]].stop()
    assert not changed(before)
    assert torch._C._len_torch_function_stack() == 0
    assert observers[order[0]].session.updates == 32
    assert observers[order[1]].session.updates == 52


def test_what_somebody_else_has_put_around_ours_stays() -> None:
    observer = Observer(Session()).start()
    ours = nn.Module.__call__

    def around(self: nn.Module, *args: Any, **kwargs: Any) -> Any:
        return ours(self, *args, **kwargs)

    nn.Module.__call__ = around  # type: ignore[method-assign]
    try:
        observer.stop()
        assert nn.Module.__call__ is around
        assert Net()(begin()[0]).shape == (120, 3)
        assert not observer.session.models
    finally:
        nn.Module.__call__ = nn.Module._wrapped_call_impl  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("kind", "name", "what"),
    [
        (Learnt, "wants_a_close_look", "Calls of modules"),
        (Learnt, "layer_was_called", "Calls of modules"),
        (LossCalls, "_take_down", "Losses"),
        (LossCalls, "were_passed_back", "Backward passes"),
        (Stepped, "begins", "Steps of optimizers"),
        (Stepped, "met_backward", "Steps of optimizers"),
    ],
)
def test_an_error_within_stays_within(monkeypatch: pytest.MonkeyPatch, kind: type, name: str, what: str) -> None:
    plain = HABITS[0]()

    def breaks(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(kind, name, breaks)
    session = Session()
    with Observer(session):
        observed = HABITS[0]()
    assert torch.equal(plain[0]["last.weight"], observed[0]["last.weight"])
    assert session.blind == [f"{what} could not be watched any longer (ZeroDivisionError: ours)."]


def test_paused_nothing_is_seen() -> None:
    x, y = begin()
    session = Session()
    with Observer(session) as observer:
        model = Net()
        model(x)
        with observer.paused():
            assert torch._C._len_torch_function_stack() == 0
            nn.Linear(5, 1)(x).sum().backward()
        nn.functional.cross_entropy(model(x), y).backward()
    assert [seen.name for seen in session.models] == ["Net"]
    assert [len(seen.values) for seen in session.backwards] == [1]
    assert session.passes[0].sizes == [120, 120]
