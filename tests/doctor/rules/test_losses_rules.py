"""What the rules about losses find on facts put together by hand, and where they are silent."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from pellucid.doctor.facts import (
    BY_HAND,
    Backward,
    Call,
    CallSite,
    LayerSeen,
    LossCall,
    LossSite,
    ModelSeen,
    OptimizerSeen,
    Phase,
    Place,
    Session,
)
from pellucid.doctor.rule import Suspicion
from pellucid.doctor.rules.losses import LOSSES
from pellucid.doctor.source import apply_edits, read_source
from pellucid.records import Severity

TRAINING = Phase(training=True, grad=True)
PLACE = Place("train.py", 4)
RULES = {rule.code: rule for rule in LOSSES}
GENERATOR = torch.Generator().manual_seed(0)


def lost(
    kind: str,
    output: Tensor,
    target: Tensor,
    *,
    made_by: Sequence[str] = ("AddmmBackward0",),
    value: float = 1.0,
    options: Mapping[str, object] | None = None,
    values: Sequence[float] = (),
    made_of: Sequence[str] = (),
    text: str = "",
) -> Session:
    """A program with one loss that was trained."""
    call = LossCall(
        output, target, tuple(output.shape), tuple(target.shape), torch.tensor(value), tuple(made_by), TRAINING, 0, 0
    )
    site = LossSite(kind, PLACE, None, dict(options or {}), [call], 1, trained=True, made_of=tuple(made_of))
    passed = [torch.tensor(each) for each in values]
    return Session(
        losses=[site],
        backwards=[Backward(PLACE, passed, list(range(len(passed))))] if passed else [],
        optimizers=[OptimizerSeen(torch.optim.SGD([torch.zeros(1)]), "SGD")],
        sources=[read_source("train.py", text)] if text else [],
        is_over=True,
    )


def found(code: str, session: Session) -> list[Suspicion]:
    see = RULES[code].see
    assert see is not None
    return list(see(session))


def scores(rows: int, classes: int) -> Tensor:
    return torch.randn(rows, classes, generator=GENERATOR)


LABELS = torch.arange(60) % 3


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_is_silent_about_a_session_without_facts(code: str) -> None:
    rule = RULES[code]
    assert rule.see is None or not list(rule.see(Session()))
    assert rule.see is None or not list(rule.see(Session(losses=[LossSite("cross_entropy", PLACE, None)])))


@pytest.mark.parametrize("code", sorted(RULES))
def test_no_rule_speaks_about_raw_scores_and_their_classes(code: str) -> None:
    assert not found(code, lost("cross_entropy", scores(60, 3), LABELS, value=1.2))


def test_rows_that_add_up_to_one_are_probabilities_whoever_made_them() -> None:
    probabilities = scores(60, 3).softmax(1)
    assert found("L101", lost("cross_entropy", probabilities, LABELS, made_by=("CopySlices",)))
    assert not found("L101", lost("cross_entropy", 1.01 * probabilities, LABELS, made_by=("CopySlices",)))


def test_log_softmax_twice_is_only_worth_knowing() -> None:
    [suspicion] = found(
        "L101", lost("cross_entropy", scores(60, 3).log_softmax(1), LABELS, made_by=("LogSoftmaxBackward0",))
    )
    assert suspicion.severity is Severity.INFO


def test_a_softmax_beside_the_loss_is_left_out_and_one_in_the_model_undone() -> None:
    probabilities = scores(60, 3).softmax(1)
    head = "import torch\nfrom torch import nn\ncriterion = nn.CrossEntropyLoss()\n"
    beside = head + "loss = criterion(torch.softmax(net(x), dim=1), y)\n"
    inside = head + "loss = criterion(net(x), y)\n"
    for text, line in (
        (beside, "loss = criterion(net(x), y)"),
        (inside, "loss = criterion(net(x).clamp_min(1e-12).log(), y)"),
    ):
        session = lost("cross_entropy", probabilities, LABELS, made_by=("SoftmaxBackward0",), text=text)
        [suspicion] = found("L101", session)
        assert apply_edits(text, suspicion.edits).splitlines()[3] == line


def test_dead_units_before_nll_are_no_log_probabilities() -> None:
    zeros = torch.zeros(60, 1)
    assert found("L105", lost("nll_loss", zeros, torch.zeros(60, dtype=torch.long), made_by=("ReluBackward0",)))
    logs = scores(60, 3).log_softmax(1)
    assert not found("L105", lost("nll_loss", logs, LABELS, made_by=("LogSoftmaxBackward0",)))


def test_a_clamp_behind_a_sigmoid_is_let_pass_and_one_behind_scores_is_not() -> None:
    output = scores(60, 1).clamp(0, 1)
    target = torch.ones(60, 1)
    cut = lost("binary_cross_entropy", output, target, made_by=("ClampBackward1", "AddmmBackward0"))
    kept = lost("binary_cross_entropy", output, target, made_by=("ClampBackward1", "SigmoidBackward0"))
    assert found("L104", cut)
    assert not found("L104", kept)


def subtraction(first: Tensor, second: Tensor, history: tuple[str, ...] = ("AddmmBackward0",)) -> Session:
    shapes: dict[int | str, tuple[int, ...]] = {0: tuple(first.shape), 1: tuple(second.shape)}
    result = first - second
    call = Call({0: first, 1: second}, shapes, result, tuple(result.shape), history, TRAINING, 0)
    return Session(calls=[CallSite("Tensor.sub", PLACE, None, None, [call], 1)])


def test_a_column_less_a_row_is_told_and_all_pairs_of_one_vector_are_not() -> None:
    column = scores(8, 1)
    assert found("L108", subtraction(column, scores(8, 1).squeeze(1)))
    assert not found("L108", subtraction(column, column.squeeze(1)))
    assert not found("L108", subtraction(column, scores(8, 1).T))
    assert not found("L108", subtraction(column, scores(8, 1)))
    assert not found("L108", subtraction(column, scores(8, 1).squeeze(1), history=()))


def test_one_target_in_a_hundred_may_lie_outside_of_the_range() -> None:
    target = torch.rand(200, 1, generator=GENERATOR)
    target[:2] = 1.5
    sigmoid = ("SigmoidBackward0",)
    assert not found("L109", lost("mse_loss", scores(200, 1).sigmoid(), target, made_by=sigmoid))
    target[:4] = 1.5
    assert found("L109", lost("mse_loss", scores(200, 1).sigmoid(), target, made_by=sigmoid))


def test_absolute_error_of_two_classes_is_an_error_and_the_brier_score_a_note() -> None:
    target = (torch.arange(60) % 2).float().unsqueeze(1)
    output = scores(60, 1).sigmoid()
    sigmoid = ("SigmoidBackward0",)
    [absolute] = found("L110", lost("l1_loss", output, target, made_by=sigmoid))
    [squared] = found("L110", lost("mse_loss", output, target, made_by=sigmoid))
    assert (absolute.severity, squared.severity) == (Severity.ERROR, Severity.INFO)


def test_counts_with_gaps_are_no_classes() -> None:
    counts = torch.tensor([0.0, 1.0, 2.0, 5.0, 9.0] * 20).unsqueeze(1)
    assert not found("L110", lost("mse_loss", scores(100, 1), counts))


def test_an_output_that_nobody_has_is_a_note_and_output_zero_a_warning() -> None:
    [rare] = found("L113", lost("cross_entropy", scores(60, 4), LABELS))
    [shifted] = found("L113", lost("cross_entropy", scores(60, 4), LABELS + 1))
    assert (rare.severity, shifted.severity) == (Severity.INFO, Severity.WARNING)
    assert not found("L113", lost("cross_entropy", scores(60, 40), LABELS))


def test_ignored_labels_are_no_labels() -> None:
    labels = torch.where(torch.arange(60) < 5, -100, LABELS)
    assert not found("L113", lost("cross_entropy", scores(60, 3), labels))


@pytest.mark.parametrize(("axis", "shape"), [(0, (8, 3)), (-2, (8, 3)), (None, (8, 5, 3))])
def test_a_softmax_layer_over_the_rows_is_told(axis: int | None, shape: tuple[int, ...]) -> None:
    layer = nn.Softmax(dim=axis)
    assert found("L115", Session(models=[ModelSeen(layer, "Softmax", layers=[LayerSeen("", layer, shape, shape)])]))


@pytest.mark.parametrize(("axis", "shape"), [(1, (8, 3)), (0, (8,)), (0, (8, 5, 3)), (0, (1, 3)), (None, (8, 3))])
def test_a_softmax_layer_over_classes_or_on_purpose_is_let_pass(axis: int | None, shape: tuple[int, ...]) -> None:
    layer = nn.Softmax(dim=axis)
    assert not found("L115", Session(models=[ModelSeen(layer, "Softmax", layers=[LayerSeen("", layer, shape, shape)])]))


def test_a_sum_matters_once_it_has_thrown_the_run() -> None:
    def told(values: Sequence[float], kind: str = "mse_loss") -> list[Suspicion]:
        options = {"reduction": "sum"} if kind == "mse_loss" else {}
        made_of = ("SumBackward0", "PowBackward0")
        return found(
            "L116",
            lost(kind, scores(32, 1), scores(32, 1), value=40.0, options=options, values=values, made_of=made_of),
        )

    calm, thrown = [40.0, 35.0, 30.0], [40.0, 130.0, 2.0]
    assert [each.severity for each in told(calm)] == [Severity.INFO]
    assert [each.severity for each in told(thrown)] == [None]
    assert told([40.0, float("nan"), 1.0])[0].severity is None
    assert not told(calm, BY_HAND)
    assert told(thrown, BY_HAND)


def test_a_log_likelihood_that_falls_has_lost_its_minus() -> None:
    plain = ("MeanBackward0", "AddBackward0", "MulBackward0", "LogBackward0", "SigmoidBackward0")
    falling = [-0.7 * 1.2**step for step in range(30)]
    output, target = scores(32, 1).sigmoid(), torch.ones(32, 1)

    def told(made_of: Sequence[str], values: Sequence[float]) -> list[Suspicion]:
        return found("L119", lost(BY_HAND, output, target, value=values[0], values=values, made_of=made_of))

    assert told(plain, falling)
    assert not told(("NegBackward0", *plain), falling)
    assert not told(plain, [-each for each in falling])
    assert not told(("MeanBackward0", "AddBackward0", "LogBackward0", "SoftplusBackward0"), falling)
    assert all(later < earlier for earlier, later in pairwise(falling))


@pytest.mark.parametrize(("weight", "speaks"), [(1 / 3, True), (1.0, False), (3.0, False)])
def test_a_positive_weight_below_one_for_rare_positives_is_upside_down(weight: float, speaks: bool) -> None:
    target = (torch.arange(400) < 100).float().unsqueeze(1)
    options: dict[str, object] = {"pos_weight": torch.tensor([weight])}
    session = lost("binary_cross_entropy_with_logits", scores(400, 1), target, options=options)
    assert bool(found("L120", session)) is speaks


HEAD = "import torch\nfrom torch import nn\n"


@pytest.mark.parametrize(
    ("code", "last", "loss"),
    [
        ("L101", "nn.Softmax(dim=1)", "CrossEntropyLoss"),
        ("L102", "nn.Sigmoid()", "BCEWithLogitsLoss"),
        ("L103", "nn.Linear(8, 1)", "CrossEntropyLoss"),
        ("L104", "nn.Linear(8, 1)", "BCELoss"),
        ("L105", "nn.Linear(8, 3)", "NLLLoss"),
        ("L106", "nn.Softmax(dim=1)", "KLDivLoss"),
        ("L111", "nn.Sigmoid()", "CrossEntropyLoss"),
    ],
)
def test_a_text_alone_shows_what_stands_before_a_loss(code: str, last: str, loss: str) -> None:
    read = RULES[code].read
    assert read is not None

    def told(ending: str, criterion: str, shaped: str = "") -> int:
        text = f"{HEAD}net = nn.Sequential(nn.Linear(4, 8), {ending})\nloss = nn.{criterion}()(net(x){shaped}, y)\n"
        return len(list(read(read_source("train.py", text))))

    assert told(last, loss) == 1
    if code not in ("L101", "L105", "L106"):
        assert told(last, loss, ".squeeze(1)") == 1
    assert told("nn.ReLU(), nn.Linear(8, 3)", "CrossEntropyLoss") == 0
    assert told("nn.LogSoftmax(dim=1)", "NLLLoss") == 0
    assert told("nn.Sigmoid()", "BCELoss") == 0
