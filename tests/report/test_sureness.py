"""How sure the networks are, from the predictions of the test rows: numbers checked by hand and by scikit-learn."""

from collections.abc import Callable

import numpy as np
import pytest
from made_up_comparisons import comparison_record
from sklearn.metrics import roc_auc_score
from sklearn.metrics import roc_curve as roc_oracle
from test_page import Structure, assert_sealed, headings

from pellucid.records import EpochRecord, RunRecord
from pellucid.records.delimited import encode_csv
from pellucid.report import render_report
from pellucid.report.comparison import render_comparison
from pellucid.report.sure.calibration import calibration_error, calibration_groups, wilson
from pellucid.report.sure.predictions import ClassPredictions, NumberPredictions, read_predictions
from pellucid.report.sure.ranking import roc_area, roc_curve

Runs = Callable[..., RunRecord]
Epochs = Callable[..., list[EpochRecord]]
T = "\N{NARROW NO-BREAK SPACE}"


def class_file(classes: tuple[str, ...], rows: int = 120, *, seed: int = 1) -> bytes:
    g = np.random.default_rng(seed)
    truth = g.integers(0, len(classes), rows)
    scores = g.normal(size=(rows, len(classes))) + 2 * np.eye(len(classes))[truth]
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    columns = {"row": list(range(1, rows + 1)), "truth": [classes[each] for each in truth]}
    columns["prediction"] = [classes[each] for each in shares.argmax(axis=1)]
    return encode_csv(
        columns | {f"probability_{name}": shares[:, place].tolist() for place, name in enumerate(classes)}
    )


def number_file(rows: int = 100) -> bytes:
    truth = np.arange(rows, dtype=float)
    said = truth + np.where(np.arange(rows) % 2, 1.0, -3.0)
    return encode_csv({"row": list(range(rows)), "truth": truth.tolist(), "prediction": said.tolist()})


@pytest.mark.parametrize("classes", [("no", "yes"), ("=1+1", "-x", "@y")])
def test_predictions_are_read_back_with_the_classes_of_the_run(classes: tuple[str, ...], run_record: Runs) -> None:
    task = "binary" if len(classes) == 2 else "multiclass"
    found = read_predictions(class_file(classes), run_record(task, classes))
    assert isinstance(found, ClassPredictions)
    assert found.probabilities.shape == (120, len(classes))
    assert found.probabilities.sum(axis=1) == pytest.approx(np.ones(120))
    assert (found.probabilities.argmax(axis=1) == found.truth).mean() > 0.6


def test_files_of_other_kinds_and_other_classes_give_nothing(run_record: Runs) -> None:
    assert read_predictions(class_file(("a", "b")), run_record("binary")) is None
    assert read_predictions(number_file(), run_record("quantile")) is None
    assert read_predictions(b"row,truth,prediction\n", run_record("regression")) is None
    found = read_predictions(number_file(), run_record("regression"))
    assert isinstance(found, NumberPredictions) and len(found.truth) == 100


@pytest.mark.parametrize("ties", [False, True])
def test_roc_equals_scikit_learns(ties: bool) -> None:
    g = np.random.default_rng(2)
    true = g.random(300) < 0.4
    said = g.random(300) + 0.4 * true
    said = np.round(said, 1) if ties else said
    alarms, hits = roc_curve(said, true)
    expected = roc_oracle(true, said, drop_intermediate=False)
    assert alarms == pytest.approx(expected[0]) and hits == pytest.approx(expected[1])
    assert roc_area(alarms, hits) == pytest.approx(roc_auc_score(true, said))


def test_wilsons_interval_is_the_published_one() -> None:
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3.
    for count, rows, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
        assert wilson(count, rows) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_calibration_groups_hold_equally_many_rows_and_their_shares() -> None:
    said = np.repeat([0.2, 0.8], 30)
    true = np.array([1] * 9 + [0] * 21 + [1] * 24 + [0] * 6)
    groups = calibration_groups(said, true)
    assert [group.rows for group in groups] == [15] * 4
    assert sum(group.seen * group.rows for group in groups) == 33
    exact = calibration_groups(np.array([0.5] * 15), np.array([1] * 9 + [0] * 6))
    assert calibration_error(exact) == pytest.approx(0.1)


def test_a_page_with_predictions_says_how_sure_it_is(run_record: Runs, epoch_records: Epochs) -> None:
    for task, classes in (("binary", ("no", "yes")), ("multiclass", tuple("ABCDEFGH"))):
        run = run_record(task, classes)
        page = render_report(run, epoch_records(run.members), predictions=class_file(classes))
        assert_sealed(page)
        assert headings(page)[2] == "How sure it is"
        words = Structure(page).words
        assert "calibration error on the test rows" in words and "Found against false alarms (ROC)" in words
        assert ("the 4 classes found worst of 8" in words) == (task == "multiclass")
        assert page.decode().count("<figure") == page.decode().count('class="numbers"')


def test_a_comparison_says_how_sure_the_saved_model_is() -> None:
    record = comparison_record("names")
    with_it = render_comparison(record, [], predictions=class_file(("no", "yes")))
    assert_sealed(with_it)
    name = "How sure the saved model is"
    assert headings(with_it).index(name) == headings(with_it).index("Where the saved model is wrong") + 1
    assert name not in headings(render_comparison(record, []))


def test_distances_of_numbers_are_those_of_the_rows(run_record: Runs) -> None:
    words = Structure(render_report(run_record("regression"), [], predictions=number_file())).words
    assert "plus or minus 3.00: nineteen of twenty test rows lie within; half of them lie within 2.00." in words
    assert "charges: predicted against true" in words
    many = Structure(render_report(run_record("regression"), [], predictions=number_file(5000))).words
    assert "predicted against true, 500 of 5000 test rows" in many


def test_other_kinds_of_target_have_no_such_section(run_record: Runs) -> None:
    assert "How sure it is" not in headings(render_report(run_record("ranking"), [], predictions=number_file()))
