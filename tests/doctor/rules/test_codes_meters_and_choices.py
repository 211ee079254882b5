"""What rules see of softmax by hand, layers that are one, codes of one number, meters, mixed labels, chosen epochs."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from pellucid.doctor.facts import (
    Backward,
    Call,
    CallSite,
    LayerSeen,
    LossCall,
    LossSite,
    ModelSeen,
    Pass,
    Phase,
    Place,
    Session,
)
from pellucid.doctor.rule import Suspicion
from pellucid.doctor.rules import RULES
from pellucid.doctor.source import apply_edits, read_source

PLACE = Place("train.py", 4)
TRAINING = Phase(training=True, grad=True)
GENERATOR = torch.Generator().manual_seed(0)


def found(code: str, session: Session) -> list[Suspicion]:
    see = RULES[code].see
    assert see is not None
    return list(see(session))


def read(code: str, text: str) -> list[Suspicion]:
    reading = RULES[code].read
    assert reading is not None
    return list(reading(read_source("train.py", text)))


# L118


def logarithm(given: Tensor, history: tuple[str, ...], text: str = "") -> Session:
    call = Call({0: given}, {0: tuple(given.shape)}, given.log(), tuple(given.shape), history, TRAINING, 0)
    sources = [read_source("train.py", text)] if text else []
    return Session(calls=[CallSite("log", PLACE, None, None, [call], 1)], sources=sources)


BY_HAND = ("DivBackward0", "ExpBackward0", "AddmmBackward0")


@pytest.mark.parametrize(
    "line",
    [
        "log_p = torch.log(torch.exp(s) / torch.exp(s).sum(dim=1, keepdim=True))",
        "log_p = (s.exp() / torch.sum(s.exp(), dim=1, keepdim=True)).log()",
    ],
)
def test_softmax_by_hand_is_known_by_its_sums_and_put_right(line: str) -> None:
    shares = torch.randn(8, 5, generator=GENERATOR).softmax(1)
    text = f"import torch\n\n\n{line}\n"
    (suspicion,) = found("L118", logarithm(shares, BY_HAND, text))
    assert apply_edits(text, suspicion.edits).endswith("log_p = torch.log_softmax(s, dim=1)\n")
    assert read("L118", text)


@pytest.mark.parametrize(
    ("given", "history"),
    [
        (torch.rand(8, 5, generator=GENERATOR) + 1, BY_HAND),  # divided by something else than the sum
        (torch.rand(8, 5, generator=GENERATOR).softmax(1), ("AddBackward0", *BY_HAND)),  # kept from 0
        (torch.rand(8, 5, generator=GENERATOR).softmax(1), ("DivBackward0", "ReluBackward0")),
    ],
)
def test_other_quotients_under_a_logarithm_are_let_pass(given: Tensor, history: tuple[str, ...]) -> None:
    assert not found("L118", logarithm(given, history))


def test_the_divisor_has_to_be_the_sum_of_the_same_exponentials() -> None:
    assert not read("L118", "import torch\nlog_p = torch.log(torch.exp(s) / torch.exp(t).sum(dim=1))\n")


# N506


def holding(model: nn.Module, text: str) -> Session:
    layers = [LayerSeen("0", model, None, None)]
    return Session(models=[ModelSeen(model, "Net", PLACE, layers=layers)], sources=[read_source("train.py", text)])


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        (
            "layers = nn.ModuleList([nn.Linear(4, 4)] * 3)",
            "layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])",
        ),
        (
            "layers = nn.Sequential(*[nn.Linear(4, 4), nn.ReLU()] * 3)",
            "layers = nn.Sequential(*[layer for _ in range(3) for layer in (nn.Linear(4, 4), nn.ReLU())])",
        ),
    ],
)
def test_a_list_of_layers_multiplied_holds_one_layer(line: str, mended: str) -> None:
    text = f"from torch import nn\n{line}\n"
    names: dict[str, nn.Module] = {}
    exec(text, names)
    (suspicion,) = found("N506", holding(names["layers"], text))
    assert apply_edits(text, suspicion.edits) == f"from torch import nn\n{mended}\n"


@pytest.mark.parametrize(
    "line",
    [
        "layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])",
        "layers = nn.Sequential(nn.Linear(4, 4), *[nn.ReLU()] * 3)",
        "shared = nn.Linear(4, 4)\nlayers = nn.ModuleList([shared] * 3)",
    ],
)
def test_layers_of_their_own_without_weights_or_shared_by_name_are_let_pass(line: str) -> None:
    text = f"from torch import nn\n{line}\n"
    names: dict[str, nn.Module] = {}
    exec(text, names)
    assert not found("N506", holding(names["layers"], text))


# N505


def rebuilding(rows: Tensor, code: int, error: float) -> Session:
    """An encoder and a decoder, trained until a mean squared error."""
    encoder, decoder = nn.Linear(rows.shape[1], code), nn.Linear(code, rows.shape[1])
    shapes = [tuple(rows.shape), (len(rows), code), tuple(rows.shape)]
    models = [
        ModelSeen(encoder, "Linear", PLACE, layers=[LayerSeen("", encoder, shapes[0], shapes[1])], inputs=rows),
        ModelSeen(decoder, "Linear", PLACE, layers=[LayerSeen("", decoder, shapes[1], shapes[2])]),
    ]
    call = LossCall(rows, rows, shapes[0], shapes[0], torch.tensor(error), (), TRAINING, 0, 1)
    return Session(
        models=models,
        losses=[LossSite("mse_loss", PLACE, None, {"reduction": "mean"}, [call], 1, trained=True)],
        backwards=[Backward(PLACE, [torch.tensor(error)] * 50, list(range(50)))],
        updates=50,
        is_over=True,
    )


PLANE = torch.randn(200, 3, generator=GENERATOR) @ torch.randn(3, 8, generator=GENERATOR)


def test_a_code_of_one_number_is_told_where_a_linear_code_of_a_few_loses_far_less() -> None:
    (suspicion,) = found("N505", rebuilding(PLANE, 1, 1.0))
    assert suspicion.evidence["components"] in (2, 3)


@pytest.mark.parametrize(
    ("rows", "code", "error"),
    [
        (PLANE, 3, 1.0),
        (PLANE, 2, 1.0),  # a code of two numbers is there to be drawn
        (PLANE, 1, 1e-9),  # a curve that a network follows and a plane does not
        (torch.randn(200, 8, generator=GENERATOR), 1, 0.9),  # nothing that a small code could hold
    ],
)
def test_codes_that_lose_no_more_than_others_would_are_let_pass(rows: Tensor, code: int, error: float) -> None:
    assert not found("N505", rebuilding(rows, code, error))


def test_rows_that_are_no_reconstruction_are_let_pass() -> None:
    session = rebuilding(PLANE, 1, 1.0)
    session.models[0].inputs = PLANE + 1
    assert not found("N505", session)


# E309

METER = """class Meter:
    def __init__(self):
        self.reset()

    def reset(self):
        self.sum, self.count = 0.0, 0

    def update(self, value, n=1):
        self.sum += value * n
        self.count += n

    @property
    def avg(self):
        return self.sum / self.count


meter = Meter()
for epoch in range(3):
    for x, y in loader:
        criterion(model(x), y).backward()
        optimizer.step()
    for x, y in held_out:
        meter.update(accuracy(x, y), len(x))
    print(meter.avg)
"""


def test_a_meter_that_no_epoch_empties_is_told_and_emptied() -> None:
    (suspicion,) = read("E309", METER)
    mended = apply_edits(METER, suspicion.edits)
    assert "for epoch in range(3):\n    meter.reset()\n" in mended
    assert not read("E309", mended)


def test_a_meter_without_reset_is_made_anew() -> None:
    text = METER.replace("        self.reset()\n\n    def reset(self):\n", "")
    (suspicion,) = read("E309", text)
    assert "    meter = Meter()\n" in apply_edits(text, suspicion.edits)


def test_a_metric_of_a_library_is_known() -> None:
    text = "import torchmetrics\nmeter = torchmetrics.Accuracy()\n" + METER.partition("meter = Meter()\n")[2]
    assert read("E309", text.replace("meter.avg", "meter.compute()"))
    assert not read("E309", text.replace("meter.avg", "meter.compute(), meter.reset()"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    print(meter.avg)", "print(meter.avg)"),  # read once, behind all epochs
        ("accuracy(x, y)", "time.time() - begun"),
        ("for epoch in range(3):\n", "for epoch in range(3):\n    meter = Meter()\n"),
        ("    print(meter.avg)", "    print(meter.avg)\n    clear(meter)"),
        ("    print(meter.avg)", "    print(meter.avg)\n    meter.sum = meter.count = 0"),
        ("        self.sum += value * n\n", "        self.sum = 0.9 * self.sum + value\n"),
    ],
)
def test_meters_that_are_meant_to_go_on_or_emptied_elsewhere_are_let_pass(old: str, new: str) -> None:
    assert old in METER
    assert not read("E309", METER.replace(old, new))


# L114

MIXING = """import torch


def mixed(t, lam, partner):
    x = (1 - lam) * 3
    return lam * t + t[partner]


loss = torch.nn.functional.cross_entropy(model(inputs), targets)
"""


def mixing(text: str = MIXING) -> Session:
    weights, classes = torch.rand(32, 1, generator=GENERATOR), torch.eye(4)[torch.arange(32) % 4]
    first, second = weights * classes, classes.roll(1, 0)
    targets, shape = first + second, (32, 4)
    line = Call({0: first, 1: second}, {0: shape, 1: shape}, targets, shape, (), TRAINING, 0)
    call = LossCall(targets, targets, shape, shape, torch.tensor(1.0), (), TRAINING, 0, 0)
    return Session(
        losses=[LossSite("cross_entropy", Place("train.py", 9), None, {}, [call], 1, trained=True)],
        calls=[CallSite("Tensor.add", Place("train.py", 6), None, None, [line], 1)],
        sources=[read_source("train.py", text)],
    )


def test_a_mixture_whose_second_part_has_no_weight_gets_it() -> None:
    (suspicion,) = found("L114", mixing())
    assert "    return lam * t + (1 - lam) * t[partner]\n" in apply_edits(MIXING, suspicion.edits)


def test_a_sum_of_two_whose_weight_is_not_known_is_told_without_a_change() -> None:
    (suspicion,) = found("L114", mixing(MIXING.replace("(1 - lam)", "lam")))
    assert not suspicion.edits


def test_rows_that_nobody_added_up_are_divided_by_their_sums() -> None:
    (suspicion,) = found("L114", replace(mixing(), calls=[]))
    assert "targets / targets.sum(dim=1, keepdim=True)" in apply_edits(MIXING, suspicion.edits)


# E311


def choosing(score: str, keep: str) -> list[Suspicion]:
    text = (
        "def accuracy(x, y):\n    return (model(x).argmax(1) == y).float().mean().item()\n\n\nbest = 0\n"
        "for epoch in range(9):\n    for x, y in loader:\n        criterion(model(x), y).backward()\n"
        f"        optimizer.step()\n    {score}\n    {keep}\n"
    )
    return found("E311", Session(sources=[read_source("train.py", text)], updates=99, is_over=True))


KEEP = "if score > best:\n        best = score"


@pytest.mark.parametrize(
    ("score", "keep"),
    [
        ("score = accuracy(X_test, y_test)", KEEP),
        ("score = accuracy(X_test, y_test)", "best = max(best, score)"),
        ("score = evaluate(model, test_loader)", KEEP),
        ("hits = 0\n    for x, y in testloader:\n        hits += 1\n    score = hits / 9", KEEP),
    ],
)
def test_an_epoch_that_is_chosen_on_test_rows_is_told(score: str, keep: str) -> None:
    (suspicion,) = choosing(score, keep)
    assert suspicion.place is not None
    assert RULES["E311"].severity == "info"


@pytest.mark.parametrize(
    ("score", "keep"),
    [
        ("score = accuracy(X_val, y_val)", KEEP),
        ("score = test(model, val_loader)", KEEP),
        ("score, last = accuracy(X_val, y_val), accuracy(X_test, y_test)", KEEP),
        ("score = accuracy(latest, contest)", KEEP),
        ("score = accuracy(X_test, y_test)", "if score > best:\n        print(score)"),
        ("score = accuracy(X_test, y_test)", "print(max(1, score))"),
    ],
)
def test_epochs_chosen_on_other_rows_or_not_at_all_are_let_pass(score: str, keep: str) -> None:
    assert not choosing(score, keep)


def test_numbers_of_words_are_no_rows_that_could_be_the_same() -> None:
    model = ModelSeen(nn.Embedding(9, 2), "Embedding", PLACE, inputs=torch.arange(9), judged_inputs=torch.arange(9))
    passed = Pass(0, TRAINING, (), (), steps=20)
    assert not found("E311", Session(models=[model], passes=[passed], updates=20, is_over=True))
