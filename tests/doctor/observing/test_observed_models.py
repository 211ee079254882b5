"""Models and the rows they were given, as the facts describe them."""

import torch
from observed_habits import Net, begin
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from pellucid.doctor.facts import Phase, Session
from pellucid.doctor.observing import Observer


def test_a_model_is_kept_as_it_was_before_its_first_update() -> None:
    x, y = begin()
    session = Session()
    with Observer(session):
        model = Net()
        before = {name: value.clone() for name, value in model.state_dict().items()}
        optimizer = torch.optim.SGD(model.parameters(), 1.0)
        for _ in range(3):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    (seen,) = session.models
    assert seen.module is model and seen.name == "Net" and not seen.blind
    assert seen.place is not None and seen.place.file == __file__ and seen.place.function.startswith("test_a_model_is")
    assert seen.initial is not None and seen.initial.training
    assert all(torch.equal(value, before[name]) for name, value in seen.initial.state_dict().items())
    assert not torch.equal(before["last.weight"], model.state_dict()["last.weight"])
    assert len(seen.arguments) == 1 and torch.equal(seen.arguments[0], x) and seen.arguments[0] is not x
    assert seen.outputs is not None and seen.outputs.shape == (120, 3)


def test_layers_come_in_the_order_of_their_calls_with_shapes() -> None:
    x, _ = begin()
    session = Session()
    shared = nn.Linear(5, 5)
    with Observer(session):
        model = nn.Sequential(shared, nn.ReLU(), nn.Sequential(shared, nn.Flatten()), nn.Linear(5, 2))
        model(x)
        model(x)
    assert [(layer.path, layer.input_shape, layer.output_shape) for layer in session.models[0].layers] == [
        ("0", (120, 5), (120, 5)),
        ("1", (120, 5), (120, 5)),
        ("0", (120, 5), (120, 5)),
        ("2.1", (120, 5), (120, 5)),
        ("3", (120, 5), (120, 2)),
    ]
    assert session.models[0].layers[0].module is shared


def test_modules_made_in_forward_and_layers_in_a_list_are_told() -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = [nn.Linear(5, 5)]
            self.last = nn.Linear(5, 3)

        def forward(self, inputs: Tensor) -> Tensor:
            return self.last(nn.Dropout(0.5)(self.layers[0](inputs)))

    session = Session()
    with Observer(session):
        Odd()(begin()[0])
    (seen,) = session.models
    assert seen.made_in_forward == ["Dropout"]
    assert [layer.path for layer in seen.layers] == ["(Linear)", "(Dropout)", "last"]


def test_rows_are_told_apart_by_what_became_of_them() -> None:
    x, y = begin()
    session = Session()
    with Observer(session):
        model, criterion = Net(), nn.CrossEntropyLoss()
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(2):
            for first in range(0, 80, 32):
                optimizer.zero_grad()
                criterion(model(x[first : min(80, first + 32)]), y[first : min(80, first + 32)]).backward()
                optimizer.step()
            model.eval()
            criterion(model(x[80:]), y[80:])  # without no_grad
            model.train()
    (seen,) = session.models
    assert seen.inputs is not None and torch.equal(seen.inputs, torch.cat([x[:80], x[:80]]))
    assert seen.targets is not None and torch.equal(seen.targets, torch.cat([y[:80], y[:80]]))
    assert seen.input_sizes == [32, 32, 16, 32, 32, 16]
    assert seen.judged_inputs is not None and torch.equal(seen.judged_inputs, torch.cat([x[80:], x[80:]]))
    assert seen.judged_targets is not None and torch.equal(seen.judged_targets, torch.cat([y[80:], y[80:]]))


def test_the_same_tensor_again_is_kept_once() -> None:
    x, y = begin()
    session = Session()
    with Observer(session):
        model = Net()
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(20):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
            with torch.no_grad():
                model(x)
    (seen,) = session.models
    assert seen.inputs is not None and torch.equal(seen.inputs, x)
    assert seen.targets is not None and torch.equal(seen.targets, y)
    assert seen.judged_inputs is not None and torch.equal(seen.judged_inputs, x)


def test_memory_that_is_used_again_is_kept_as_it_was() -> None:
    x, _ = begin()
    session = Session()
    with Observer(session), torch.no_grad():
        model, rows = Net().eval(), torch.empty(10, 5)
        for first in range(0, 120, 10):
            model(rows.copy_(x[first : first + 10]))
    kept = session.models[0].judged_inputs
    assert kept is not None and torch.equal(kept, x)


def test_no_more_rows_are_kept_than_promised() -> None:
    session = Session()
    with Observer(session):
        model = nn.Linear(3, 1)
        for _ in range(30):
            x = torch.randn(100, 3)
            F.mse_loss(model(x), torch.zeros(100, 1)).backward()
    (seen,) = session.models
    assert seen.inputs is not None and seen.inputs.shape == (2048, 3)
    assert seen.targets is not None and seen.targets.shape == (2048, 1)
    assert sum(seen.input_sizes) == 2048


def test_predictions_that_are_compared_tell_the_targets() -> None:
    x, y = begin()
    session = Session()
    with Observer(session), torch.no_grad():
        model = Net().eval()
        for first in range(0, 120, 20):
            _, predicted = model(x[first : first + 20]).max(1)
            (predicted == y[first : first + 20]).sum().item()
    (seen,) = session.models
    assert seen.judged_targets is not None and torch.equal(seen.judged_targets, y)
    assert seen.judged_inputs is not None and torch.equal(seen.judged_inputs, x)


def test_encoder_and_decoder_are_two_models_and_losses_none() -> None:
    class Focal(nn.Module):
        def forward(self, output: Tensor, target: Tensor) -> Tensor:
            return ((output - target) ** 4).mean()

    x, _ = begin()
    session = Session()
    with Observer(session):
        encoder, decoder, criterion = nn.Linear(5, 2), nn.Linear(2, 5), Focal()
        for _ in range(3):
            criterion(nn.Sigmoid()(decoder(encoder(x))), x).backward()
    assert [seen.module for seen in session.models] == [encoder, decoder]
    assert [(call.module, call.layer) for call in session.calls if call.function == "Tensor.sub"] == [("Focal", None)]


def test_only_what_was_asked_for_is_looked_at() -> None:
    x, y = begin()
    session = Session()
    inner = Net()
    outer, other = nn.Sequential(nn.Linear(5, 5), inner), nn.Linear(5, 3)
    with Observer(session, only=[inner]):
        mine, theirs = torch.optim.SGD(outer.parameters(), 0.1), torch.optim.SGD(other.parameters(), 0.1)
        for _ in range(3):
            F.cross_entropy(outer(x), y).backward()
            F.cross_entropy(other(x), y).backward()
            mine.step()
            theirs.step()
    assert [seen.module for seen in session.models] == [inner]
    assert [seen.optimizer for seen in session.optimizers] == [mine]


def test_weights_that_appear_in_the_first_call_are_kept_after_it() -> None:
    x, y = begin()
    session = Session()
    with Observer(session):
        model = nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(3))
        F.cross_entropy(model(x), y).backward()
    initial = session.models[0].initial
    assert initial is not None
    assert torch.equal(initial(x), model(x))


def test_passes_tell_phases_sizes_and_modes() -> None:
    x, y = begin()
    session = Session()
    with Observer(session):
        model = Net(batch_norm=True)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(2):
            model.train()
            for first in range(0, 120, 50):
                optimizer.zero_grad()
                F.cross_entropy(model(x[first : first + 50]), y[first : first + 50]).backward()
                optimizer.step()
            with torch.no_grad():
                model(x)
            model.eval()
            with torch.inference_mode():
                model(x[:7])
    training, forgot, judging = Phase(True, True), Phase(True, False), Phase(False, False)
    assert [(each.phase, each.sizes, each.backwards, each.steps, each.first_step) for each in session.passes] == [
        (training, [50, 50, 20], 3, 3, 0),
        (forgot, [120], 0, 0, 3),
        (judging, [7], 0, 0, 3),
        (training, [50, 50, 20], 3, 3, 3),
        (forgot, [120], 0, 0, 6),
        (judging, [7], 0, 0, 6),
    ]
    assert [(each.noisy, each.still) for each in session.passes[:3]] == [
        (("norm", "drop"), ()),
        (("norm", "drop"), ()),
        ((), ("norm", "drop")),
    ]
    assert {each.place.line for each in session.passes if each.place} == {
        each.place.line for each in session.passes[:3] if each.place
    }


def test_many_steps_alike_are_counted_to_the_last() -> None:
    x, y = begin()
    session = Session()
    with Observer(session):
        model, criterion = Net(), nn.CrossEntropyLoss()
        optimizer = torch.optim.Adam(model.parameters())
        for step in range(700):
            rows = torch.randint(0, 120, (16,))
            optimizer.zero_grad()
            criterion(model(x[rows]), y[rows]).backward()
            optimizer.step()
            if step % 100 == 99:
                with torch.no_grad():
                    criterion(model(x), y)
    assert [len(each.sizes) for each in session.passes] == [100, 1] * 7
    assert session.updates == session.optimizers[0].steps == sum(each.steps for each in session.passes) == 700
    assert len(session.backwards[0].values) == 700
    assert [(step, rows) for step, rows, _ in session.losses[-1].judged] == [(100 * n, 120) for n in range(1, 8)]
