"""check on live objects: seen on copies, nothing of the caller's changed."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from toy_rules import TOYS

import pellucid
from pellucid.doctor.checking import check
from pellucid.doctor.facts import Session
from pellucid.errors import DataError


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> list[Session]:
    """What check has seen, and the toy rules instead of the real ones."""
    from pellucid.doctor import checking, diagnosis

    kept: list[Session] = []

    def examine(session: Session) -> diagnosis.Diagnosis:
        kept.append(session)
        return diagnosis.examine(session, rules=TOYS)

    monkeypatch.setattr(checking, "examine", examine)
    return kept


def network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 3))


X, Y = torch.ones(8, 2), torch.zeros(8, dtype=torch.long)


def test_a_step_on_copies_is_seen_whole(sessions: list[Session]) -> None:
    model = network()
    optimizer = torch.optim.Adam(model.parameters())
    found = check(model, nn.CrossEntropyLoss(), X.numpy(), Y.tolist(), optimizer)
    assert [each.code for each in found.findings] == ["Y101"]
    (session,) = sessions
    assert session.is_over
    assert session.updates == 1
    assert [seen.name for seen in session.models] == ["Sequential"]
    assert session.losses[0].kind == "cross_entropy"
    (seen,) = session.optimizers
    assert seen.held == {id(parameter) for parameter in session.models[0].module.parameters()}


def test_nothing_of_the_callers_changes(sessions: list[Session]) -> None:
    model = network().eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(X).sum().backward()
    optimizer.step()
    weights = copy.deepcopy(model.state_dict())
    gradients = [parameter.grad.clone() for parameter in model.parameters() if parameter.grad is not None]
    state = copy.deepcopy(optimizer.state_dict())
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    with torch.no_grad():
        check(model, nn.CrossEntropyLoss(), X, Y, optimizer)
        assert not torch.is_grad_enabled()
    assert torch.equal(torch.rand(2), expected)
    assert all(torch.equal(weights[name], value) for name, value in model.state_dict().items())
    kept = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    assert all(torch.equal(a, b) for a, b in zip(gradients, kept, strict=True))
    assert str(optimizer.state_dict()) == str(state)
    assert not any(module.training for module in model.modules())


def test_an_optimizer_of_other_parameters_is_seen_to_hold_others(sessions: list[Session]) -> None:
    check(network(), nn.CrossEntropyLoss(), X, Y, torch.optim.SGD(network().parameters(), lr=0.1))
    own = {id(parameter) for parameter in sessions[0].models[0].module.parameters()}
    assert not own & sessions[0].optimizers[0].held


def test_a_step_that_fails_is_a_fact_for_the_rules(sessions: list[Session]) -> None:
    found = check(network(), nn.CrossEntropyLoss(), torch.ones(8, 5), Y)
    assert found.crashed
    assert isinstance(sessions[0].error, RuntimeError)


def test_a_loss_of_ones_own_and_one_without_reduction_will_do(sessions: list[Session]) -> None:
    model = nn.Linear(2, 1)
    check(model, lambda output, target: (output - target).abs().mean(), np.ones((5, 2), "float32"), torch.ones(5, 1))
    check(model, nn.MSELoss(reduction="none"), X, torch.ones(8, 1))
    assert [session.error for session in sessions] == [None, None]
    assert sessions[1].losses[0].trained


def test_a_model_that_cannot_be_copied_is_told(sessions: list[Session]) -> None:
    model = network()
    model.lock = (i for i in range(3))  # type: ignore[assignment]
    with pytest.raises(DataError, match=r"cannot be copied.*Use pellucid\.watch"):
        check(model, nn.CrossEntropyLoss(), X, Y)


def test_it_stands_at_the_front_door() -> None:
    assert pellucid.check is check
