import json
import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from pellucid.records import EpochRecord, MemberRecord, RunRecord
from pellucid.report.axes import Axis
from pellucid.report.curves import learning_curves

Runs = Callable[..., RunRecord]
Epochs = Callable[..., list[EpochRecord]]


def points(figure: str, kind: str) -> list[list[tuple[float, float]]]:
    found = re.findall(rf'<polyline points="([^"]*)" class="{kind}"[^>]*/>', figure.split('class="legend"')[0])
    return [[tuple(map(float, pair.split(","))) for pair in line.split()] for line in found]  # type: ignore[misc]


def drawn(epochs: list[EpochRecord], members: tuple[MemberRecord, ...], *, monitor: str = "loss") -> list[str]:
    whole = learning_curves(epochs, members, monitor=monitor, task="binary")
    assert whole is not None
    return whole.split("<figure")[1:]


def test_every_member_is_a_thin_line_and_the_mean_a_bold_one(run_record: Runs, epoch_records: Epochs) -> None:
    members = run_record().members
    loss, error = drawn(epoch_records(members), members, monitor="error")
    assert [len(points(loss, kind)) for kind in ("member", "mean", "training")] == [8, 1, 1]
    assert [len(points(error, kind)) for kind in ("member", "mean", "training")] == [8, 1, 0]
    # The kept epochs are marked where the choice was made, and only there.
    legend = 1
    assert loss.count('class="best"') == 0
    assert error.count('class="best"') == 8 + legend


def test_the_mean_ends_where_fewer_than_half_still_train() -> None:
    epochs = [
        EpochRecord(member=member, epoch=epoch, loss=1.0, val_loss=float(member), val_error=None, lr=0.1)
        for member, last in enumerate((10, 20, 30))
        for epoch in range(1, last + 1)
    ]
    (loss,) = drawn(epochs, ())
    axis = Axis.of(1, 30, whole=True)
    ((*_, (x, _)),) = points(loss, "mean")
    assert x == axis.across(20)


def test_mean_and_range_are_told_below_the_figure_and_in_its_table() -> None:
    epochs = [
        EpochRecord(member=member, epoch=epoch, loss=1.0, val_loss=member + epoch / 10, val_error=None, lr=0.1)
        for member in range(4)
        for epoch in range(1, 6)
    ]
    (loss,) = drawn(epochs, ())
    block = json.loads(loss.split('json">')[1].split("</script>")[0])
    training, validation = block["lines"]
    assert block["x"] == [1, 2, 3, 4, 5] and training["value"] == [1] * 5
    assert validation["value"] == [1.6, 1.7, 1.8, 1.9, 2]
    assert validation["low"] == [0.1, 0.2, 0.3, 0.4, 0.5] and validation["high"] == [3.1, 3.2, 3.3, 3.4, 3.5]
    assert re.findall(r'"number">([^<]*)</td>', loss)[:5] == ["1", "1.00", "1.60", "0.100", "3.10"]
    ((*_, (_, end)),) = points(loss, "mean")
    assert end == Axis.of(0.1, 3.5, logarithmic=True).up(2.0)


def test_long_curves_keep_their_extremes_in_few_points() -> None:
    epochs = [
        EpochRecord(member=0, epoch=epoch, loss=1.0, val_loss=5.0 if epoch == 7777 else 1.0, val_error=None, lr=0.1)
        for epoch in range(1, 10_001)
    ]
    (loss,) = drawn(epochs, ())
    (line,) = points(loss, "mean")
    assert len(line) <= 202
    assert min(y for _, y in line) == Axis.of(1, 5).up(5)


def test_wide_ranges_are_drawn_in_equal_ratios() -> None:
    epochs = [
        EpochRecord(member=0, epoch=epoch, loss=10.0**-epoch, val_loss=None, val_error=None, lr=0.1)
        for epoch in range(1, 5)
    ]
    (loss,) = drawn(epochs, ())
    assert "logarithmic scale" in loss
    (line,) = points(loss, "training")
    steps = [after[1] - before[1] for before, after in pairwise(line)]
    assert steps == pytest.approx([steps[0]] * 3, abs=0.2)


def test_values_that_are_no_numbers_are_left_out_and_no_epochs_give_no_figure() -> None:
    bad = EpochRecord(member=0, epoch=1, loss=float("nan"), val_loss=float("inf"), val_error=None, lr=0.1)
    assert learning_curves([bad], (), monitor="loss", task="binary") is None
    assert learning_curves([], (), monitor="loss", task="binary") is None


def test_a_single_epoch_of_a_constant_loss_can_be_drawn() -> None:
    epoch = EpochRecord(member=0, epoch=1, loss=0.0, val_loss=0.0, val_error=0.0, lr=0.1)
    assert len(drawn([epoch], ())) == 2


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0.0, 1.0, [0, 0.25, 0.5, 0.75, 1.0]), (0, 47_000, [0, 10_000, 20_000, 30_000, 40_000]), (3.1, 3.2, None)],
)
def test_ticks_are_round_inside_the_range_and_few(low: float, high: float, ticks: list[float] | None) -> None:
    axis = Axis.of(low, high)
    assert 3 <= len(axis.ticks) <= 7
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks)
    if ticks is not None:
        assert axis.ticks == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("task", "title"),
    [
        ("ordinal", "Validation error, share of wrong classes"),
        ("multilabel", "Validation error, share of wrong labels"),
        ("regression", "Validation RMSE, in target spreads"),
        ("count", "Validation RMSE"),
    ],
)
def test_the_error_is_called_what_it_is(task: str, title: str, run_record: Runs, epoch_records: Epochs) -> None:
    members = run_record().members
    whole = learning_curves(epoch_records(members), members, monitor="loss", task=task)
    assert whole is not None and f'chart-title">{title}</p>' in whole


def test_a_mean_loss_has_no_second_figure_unless_it_chose_the_epochs(run_record: Runs, epoch_records: Epochs) -> None:
    members = run_record().members
    for monitor, figures in (("loss", 1), ("error", 2)):
        whole = learning_curves(epoch_records(members), members, monitor=monitor, task="quantile")
        assert whole is not None and whole.count("<figure") == figures
