"""Losses and backward passes, as the facts describe them."""

import itertools
import math
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch
from observed_habits import Net, begin
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from pellucid.doctor.facts import BY_HAND, Phase, Session
from pellucid.doctor.observing import Observer
from pellucid.doctor.observing.known_losses import KNOWN_LOSSES, kind_of_module


def observe(work: Callable[[], Any], **given: Any) -> Session:
    session = Session()
    with Observer(session, **given):
        work()
    return session


def here() -> int:
    """The line of the caller."""
    return sys._getframe(1).f_lineno


def test_a_loss_is_known_by_its_line_with_options_output_and_target() -> None:
    x, y = begin()
    line = 0

    def work() -> None:
        nonlocal line
        model = nn.Sequential(nn.Linear(5, 3), nn.Softmax(1))
        criterion = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0]), label_smoothing=0.1, reduction="sum")
        for _ in range(5):
            line = here() + 1
            criterion(model(x), y).backward()

    session = observe(work)
    (site,) = session.losses
    assert (site.kind, site.place.file, site.place.line) == ("cross_entropy", __file__, line)
    assert isinstance(site.module, nn.CrossEntropyLoss)
    assert site.options["reduction"] == "sum" and site.options["label_smoothing"] == 0.1
    assert site.options["weight"].tolist() == [1.0, 2.0, 3.0]
    assert site.trained and site.count >= 3
    call = site.calls[0]
    assert call.output is not None and call.target is not None
    assert torch.allclose(call.output.sum(1), torch.ones(120)) and torch.equal(call.target, y)
    assert call.output_shape == (120, 3) and call.target_shape == (120,)
    assert call.history == ("SoftmaxBackward0", "AddmmBackward0")
    assert call.phase == Phase(True, True) and call.step == 0 and call.model == 0
    weights = torch.tensor([1.0, 2.0, 3.0])
    expected = F.cross_entropy(call.output, y, weights, label_smoothing=0.1, reduction="sum")
    assert torch.allclose(call.value, expected)
    assert not call.output.requires_grad and not call.value.requires_grad


MODULES: dict[str, nn.Module] = {
    "cross_entropy": nn.CrossEntropyLoss(),
    "nll_loss": nn.NLLLoss(),
    "binary_cross_entropy": nn.BCELoss(),
    "binary_cross_entropy_with_logits": nn.BCEWithLogitsLoss(),
    "mse_loss": nn.MSELoss(),
    "l1_loss": nn.L1Loss(),
    "smooth_l1_loss": nn.SmoothL1Loss(),
    "huber_loss": nn.HuberLoss(),
    "kl_div": nn.KLDivLoss(),
    "poisson_nll_loss": nn.PoissonNLLLoss(),
    "gaussian_nll_loss": nn.GaussianNLLLoss(),
    "cosine_embedding_loss": nn.CosineEmbeddingLoss(),
    "hinge_embedding_loss": nn.HingeEmbeddingLoss(),
    "margin_ranking_loss": nn.MarginRankingLoss(),
    "soft_margin_loss": nn.SoftMarginLoss(),
    "multi_margin_loss": nn.MultiMarginLoss(),
    "multilabel_margin_loss": nn.MultiLabelMarginLoss(),
    "multilabel_soft_margin_loss": nn.MultiLabelSoftMarginLoss(),
    "triplet_margin_loss": nn.TripletMarginLoss(),
    "triplet_margin_with_distance_loss": nn.TripletMarginWithDistanceLoss(),
    "ctc_loss": nn.CTCLoss(),
}


def test_the_list_of_losses_is_complete() -> None:
    assert MODULES.keys() == set(KNOWN_LOSSES.values())
    assert all(kind_of_module(module) in (kind, None) for kind, module in MODULES.items())


@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
@pytest.mark.parametrize(("kind", "module"), MODULES.items(), ids=MODULES)
def test_every_known_loss_is_recognised_as_function_and_as_module(kind: str, module: nn.Module) -> None:
    output = torch.rand(6, 4, requires_grad=True)
    positive, labels = output.sigmoid() * 0.8 + 0.1, torch.tensor([0, 1, 2, 3, 0, 1])
    signs = torch.tensor([1.0, -1, 1, 1, -1, 1])
    given: dict[str, tuple[Any, ...]] = {
        "cross_entropy": (output, labels),
        "nll_loss": (output.log_softmax(1), labels),
        "multi_margin_loss": (output, labels),
        "multilabel_margin_loss": (output, torch.tensor([[0, 1, -1, 2]] * 6)),
        "gaussian_nll_loss": (output, torch.rand(6, 4), torch.ones(6, 4)),
        "cosine_embedding_loss": (output, torch.rand(6, 4), signs),
        "margin_ranking_loss": (output[:, 0], torch.rand(6), signs),
        "hinge_embedding_loss": (output[:, 0], signs),
        "soft_margin_loss": (output[:, 0], signs),
        "triplet_margin_loss": (output, torch.rand(6, 4), torch.rand(6, 4)),
        "triplet_margin_with_distance_loss": (output, torch.rand(6, 4), torch.rand(6, 4)),
        "kl_div": (output.log_softmax(1), torch.rand(6, 4).softmax(1)),
        "ctc_loss": (output.log_softmax(1)[:, None], labels[None, :2] + 1, torch.tensor([6]), torch.tensor([2])),
    }
    arguments = given.get(kind, (positive, torch.rand(6, 4).round()))

    def work() -> None:
        getattr(F, kind)(*arguments).backward(retain_graph=True)
        module(*arguments).backward()

    session = observe(work)
    assert [site.kind for site in session.losses] == [kind, kind]
    assert [site.module for site in session.losses] == [None, module]
    assert all(site.trained for site in session.losses)
    for site in session.losses:
        assert site.calls[0].output_shape == tuple(arguments[0].shape)


def test_old_names_of_the_reduction_are_translated() -> None:
    def work() -> None:
        output, target = torch.rand(3, 2), torch.rand(3, 2)
        F.mse_loss(output, target, size_average=False)
        F.mse_loss(output, target, reduce=False)
        F.mse_loss(output, target, size_average=True)

    with pytest.warns(UserWarning, match="size_average and reduce"):
        session = observe(work)
    assert [site.options["reduction"] for site in session.losses] == ["sum", "none", "mean"]


def test_losses_without_gradients_make_a_curve() -> None:
    x, y = begin()

    def work(criterion: Callable[..., Tensor]) -> Callable[[], None]:
        def run() -> None:
            model = Net()
            optimizer = torch.optim.SGD(model.parameters(), 0.1)
            for _ in range(12):
                for first in range(0, 60, 10):
                    optimizer.zero_grad()
                    criterion(model(x[first : first + 10]), y[first : first + 10]).backward()
                    optimizer.step()
                model.eval()
                with torch.no_grad():
                    for first in range(60, 120, 10):
                        value = criterion(model(x[first : first + 10]), y[first : first + 10])
                values.append(value.item())
                model.train()

        return run

    values: list[float] = []
    curve = observe(work(nn.CrossEntropyLoss())).losses[-1].judged
    assert [step for step, _, _ in curve] == [6 * epoch for epoch in range(1, 13) for _ in range(6)]
    assert [value.item() for _, _, value in curve[5::6]] == values
    assert {rows for _, rows, _ in curve} == {10}
    functional = observe(work(F.cross_entropy)).losses[-1].judged
    assert {step for step, _, _ in functional} == {6 * epoch for epoch in range(1, 13)}


def squared(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return ((model(x) - F.one_hot(y, 3)) ** 2).mean()


def squared_the_other_way_round(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return (F.one_hot(y, 3) - model(x)).pow(2).sum(1).mean()


def entropy_by_index(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return -torch.log(torch.softmax(model(x), 1))[range(len(y)), y].mean()


def entropy_by_gather(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return -model(x).log_softmax(-1).gather(1, y.view(-1, 1)).mean()


def entropy_by_product(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    target = F.one_hot(y, 3).float()
    return -(target * torch.log(torch.softmax(model(x), 1) + 1e-8)).sum(1).mean()


@pytest.mark.parametrize(
    "by_hand", [squared, squared_the_other_way_round, entropy_by_index, entropy_by_gather, entropy_by_product]
)
def test_a_loss_put_together_by_hand_is_found_with_its_target(by_hand: Callable[..., Tensor]) -> None:
    x, y = begin()
    model = Net()
    line = 0

    def work() -> None:
        nonlocal line
        for _ in range(3):
            line = here() + 1
            by_hand(model, x, y).backward()

    session = observe(work)
    (site,) = session.losses
    assert (site.kind, site.place.line, site.trained) == (BY_HAND, line, True)
    assert "AddmmBackward0" in site.made_of and site.made_of[0] != "AddmmBackward0"
    call = site.calls[0]
    assert call.output is not None and call.output.shape == (120, 3)
    assert call.target is not None and call.target.numel() in (120, 360)
    labels = call.target.argmax(1) if call.target.numel() == 360 else call.target.flatten()
    assert torch.equal(labels, y)
    targets = session.models[0].targets
    assert targets is not None and len(targets) == 120


def test_a_network_written_out_by_hand_has_a_loss_too() -> None:
    x, y = begin()
    target = F.one_hot(y, 3).float()

    def work() -> None:
        weight, last = torch.randn(5, 8, requires_grad=True), torch.randn(8, 3, requires_grad=True)
        for _ in range(20):
            loss = ((torch.tanh(x @ weight) @ last - target) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                for parameter in (weight, last):
                    parameter -= 0.1 * parameter.grad
                    parameter.grad.zero_()

    session = observe(work)
    (site,) = session.losses
    call = site.calls[0]
    assert site.kind == BY_HAND and not session.models
    assert call.output is not None and call.output.shape == (120, 3)
    assert call.target is not None and torch.equal(call.target, target)
    assert session.updates == session.hand_updates == 19
    assert session.backwards[0].steps == list(range(20))


def test_the_loss_that_was_named_tells_output_and_target() -> None:
    x, y = begin()

    def own(prediction: Tensor, wanted: Tensor) -> Tensor:
        return torch.relu(1 - wanted * prediction).mean()

    signs = (y > 0).float() * 2 - 1

    def work() -> None:
        model = nn.Linear(5, 1)
        for _ in range(3):
            own(model(x).squeeze(1), signs).backward()

    (site,) = observe(work, loss=own).losses
    call = site.calls[0]
    assert call.output_shape == call.target_shape == (120,)
    assert call.target is not None and torch.equal(call.target, signs)
    assert call.history[0].startswith("SqueezeBackward")


def test_parts_that_are_passed_back_one_by_one_are_all_known() -> None:
    x, y = begin()

    def work() -> None:
        model = Net()
        for _ in range(4):
            first, second = F.cross_entropy(model(x), y), F.mse_loss(model(x), F.one_hot(y, 3).float())
            first.backward()
            second.backward()

    assert [(site.kind, site.trained) for site in observe(work).losses] == [("cross_entropy", True), ("mse_loss", True)]


def test_a_known_loss_with_a_penalty_is_no_loss_by_hand() -> None:
    x, y = begin()

    def work() -> None:
        model = Net()
        (F.cross_entropy(model(x), y) + sum(p.abs().sum() for p in model.parameters())).backward()
        F.cross_entropy(model(x), y)

    assert [(site.kind, site.trained) for site in observe(work).losses] == [
        ("cross_entropy", True),
        ("cross_entropy", False),
    ]


def test_backward_passes_keep_values_steps_graph_and_parameters() -> None:
    x, y = begin()
    values = []
    model = Net()

    def work() -> None:
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for step in range(300):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            values.append(loss.item())
            loss.backward(retain_graph=step == 200)
            optimizer.step()

    (seen,) = observe(work).backwards
    assert [value.item() for value in seen.values] == values
    assert all(value.dtype is torch.float32 and value.dim() == 0 for value in seen.values)
    assert seen.steps == list(range(300))
    assert seen.retained
    assert seen.reached == {id(parameter) for parameter in model.parameters()}
    assert len(set(seen.nodes)) == 1 and 5 <= len(seen.nodes) < 100


def test_a_graph_that_grows_is_seen_to_grow() -> None:
    x, y = begin()

    def work() -> None:
        model, total = nn.Linear(5, 3), torch.zeros(())
        for _ in range(10):
            total = total + F.cross_entropy(model(x), y)
            total.backward(retain_graph=True)

    (seen,) = observe(work).backwards
    assert seen.nodes[:5] == sorted(seen.nodes[:5]) and seen.nodes[0] < seen.nodes[4]


def test_what_is_no_scalar_and_several_at_once_are_summed() -> None:
    x, _ = begin()

    def work() -> None:
        model = nn.Linear(5, 1, bias=False)
        nn.init.ones_(model.weight)
        output = model(x[:2])
        output.backward(torch.ones_like(output))
        torch.autograd.backward([model(x[:1]).sum(), model(x[1:2]).sum()])

    session = observe(work)
    expected = x[:2].sum().item()
    assert [math.isclose(each.values[0].item(), expected, rel_tol=1e-5) for each in session.backwards] == [True, True]


def test_long_runs_are_thinned_out_evenly() -> None:
    def work() -> None:
        weight = torch.ones((), requires_grad=True)
        for step in range(25_000):
            (weight * step).backward()

    (seen,) = observe(work).backwards
    assert 10_000 <= len(seen.values) == len(seen.steps) <= 20_000
    numbers = [int(value) for value in seen.values]
    assert numbers == sorted(numbers) and numbers[-1] >= 24_990
    gaps = {after - before for before, after in itertools.pairwise(numbers)}
    assert gaps <= {1, 2, 3}


def test_losses_that_training_uses_are_told_from_others() -> None:
    x, y = begin()

    def work() -> None:
        model = Net()
        F.l1_loss(model(x), torch.zeros(120, 3))
        F.cross_entropy(model(x), y).backward()

    assert [site.kind for site in observe(work).trained_losses()] == ["cross_entropy"]
