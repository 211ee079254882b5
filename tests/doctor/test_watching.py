"""``pellucid.watch``: the doctor beside a person's own loop."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

import pellucid
from pellucid.doctor.watching import Doctor
from pellucid.errors import UsageError


def train(model: nn.Module, optimizer: torch.optim.Optimizer, criterion: Any, steps: int = 30) -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(90, 4, generator=generator)
    y = x[:, :3].argmax(1)
    for _ in range(steps):
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        optimizer.step()


def with_softmax() -> tuple[nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(1))
    return model, torch.optim.Adam(model.parameters())


def test_a_mistake_is_reported_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    model, optimizer = with_softmax()
    doctor = pellucid.watch(model, optimizer, nn.CrossEntropyLoss())
    train(model, optimizer, nn.CrossEntropyLoss())
    found = doctor.report()
    doctor.close()
    assert "L101" in [finding.code for finding in found]
    (finding,) = (finding for finding in found if finding.code == "L101")
    assert finding.file is not None and Path(finding.file).resolve() == Path(__file__)
    assert finding.line == train.__code__.co_firstlineno + 6
    assert "softmax-before-cross-entropy" in capsys.readouterr().out


def test_findings_can_be_asked_for_in_between_without_being_printed(capsys: pytest.CaptureFixture[str]) -> None:
    model, optimizer = with_softmax()
    with pellucid.watch(model, optimizer) as doctor:
        assert doctor.findings() == [] or all(finding.code != "L101" for finding in doctor.findings())
        train(model, optimizer, F.cross_entropy, steps=3)
        assert "L101" in [finding.code for finding in doctor.findings()]
        assert not doctor.session.is_over
        train(model, optimizer, F.cross_entropy, steps=3)
    assert doctor.session.updates == 6 and doctor.session.is_over
    assert "L101" in [finding.code for finding in doctor.findings()]
    assert capsys.readouterr().out == ""


def test_training_is_the_same_with_and_without() -> None:
    results = []
    for watched in (False, True):
        model, optimizer = with_softmax()
        doctor = pellucid.watch(model, optimizer, F.cross_entropy) if watched else None
        train(model, optimizer, F.cross_entropy)
        if doctor is not None:
            doctor.findings()
            train(model, optimizer, F.cross_entropy)
            doctor.close()
        else:
            train(model, optimizer, F.cross_entropy)
        results.append((torch.cat([value.flatten() for value in model.state_dict().values()]), torch.get_rng_state()))
    assert torch.equal(results[0][0], results[1][0])
    assert torch.equal(results[0][1], results[1][1])


def test_several_models_and_optimizers_are_watched() -> None:
    models = [nn.Linear(4, 3), nn.Linear(4, 3)]
    optimizers = [torch.optim.SGD(model.parameters(), 0.1) for model in models]
    with pellucid.watch(models, optimizers) as doctor:
        for model, optimizer in zip(models, optimizers, strict=True):
            train(model, optimizer, F.cross_entropy, steps=2)
    assert [seen.module for seen in doctor.session.models] == models
    assert [seen.optimizer for seen in doctor.session.optimizers] == optimizers


def test_optimizers_that_were_not_named_are_found_by_their_parameters() -> None:
    model, other = nn.Linear(4, 3), nn.Linear(4, 3)
    with pellucid.watch(model) as doctor:
        for each in (model, other):
            train(each, torch.optim.SGD(each.parameters(), 0.1), F.cross_entropy, steps=2)
    assert [seen.steps for seen in doctor.session.optimizers] == [2]
    assert [seen.module for seen in doctor.session.models] == [model]


def test_an_error_that_ends_the_loop_is_noted_and_goes_on() -> None:
    model = nn.Linear(4, 3)
    with pytest.raises(RuntimeError, match="mat1"), pellucid.watch(model) as doctor:
        model(torch.ones(2, 5))
    assert isinstance(doctor.session.error, RuntimeError)
    assert torch._C._len_torch_function_stack() == 0


def test_a_loss_of_ones_own_tells_its_target() -> None:
    model = nn.Linear(4, 1)

    def hinge(output: Tensor, target: Tensor) -> Tensor:
        return torch.relu(1 - output * target).mean()

    target = torch.ones(6, 1)
    with pellucid.watch(model, loss_fn=hinge) as doctor:
        hinge(model(torch.ones(6, 4)), target).backward()
    kept = doctor.session.losses[0].calls[0].target
    assert kept is not None and torch.equal(kept, target)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((3,), "watch was given int where it expects models"),
        (([3],), "watch was given int where it expects a model"),
        (([],), "watch was given no model"),
        ((nn.Linear(1, 1), nn.Linear(1, 1)), "watch was given Linear where it expects optimizers"),
        ((nn.Linear(1, 1), None, 3.0), "loss_fn is float, which cannot be called"),
    ],
)
def test_what_cannot_be_watched_is_refused(given: tuple[Any, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        pellucid.watch(*given)


def test_the_doctor_is_what_watch_returns() -> None:
    with pellucid.watch(nn.Linear(1, 1)) as doctor:
        assert isinstance(doctor, Doctor)
