"""The class that is told of probabilities is the one that saved models tell."""

from pathlib import Path

import numpy as np
import pytest

import pellucid as pl
from pellucid.evaluation.deciding import told_class
from pellucid.evaluation.replaying import shaded_classes
from pellucid.figures.runs.boundary import boundary_of_run
from pellucid.heads import HEADS


@pytest.mark.parametrize(("head", "ordered"), [("softmax", False), ("corn", True), ("coral", True)])
def test_it_is_decided_as_the_heads_decide(head: str, ordered: bool) -> None:
    probabilities = np.random.default_rng(1).dirichlet(np.full(5, 0.6), size=400)
    decided = HEADS(head).decide(np.ascontiguousarray(probabilities.T))
    np.testing.assert_array_equal(told_class(probabilities, ordered=ordered), decided)
    np.testing.assert_array_equal(shaded_classes(probabilities, ordered=ordered)[0], decided)


def test_the_median_is_not_the_likeliest() -> None:
    probabilities = np.array([0.4, 0.25, 0.35])
    assert (int(told_class(probabilities)), int(told_class(probabilities, ordered=True))) == (0, 1)


def test_a_boundary_counts_mistakes_as_the_run_does(tmp_path: Path) -> None:
    draws = np.random.default_rng(0)
    x, y = draws.normal(size=(2, 160))
    grade = np.digitize(x + 0.5 * draws.normal(size=160), [-0.8, 0.0, 0.8]) + 1
    run = pl.fit(
        {"x": x, "y": y, "grade": grade},
        target="grade",
        task="ordinal",
        out=tmp_path / "run",
        members=1,
        epochs=4,
        seed=1,
    )
    confusion = np.array(run.record.detail["confusion"]["table"])
    figure = boundary_of_run(run.path, source={"x": x, "y": y, "grade": grade})
    assert figure.facts["wrong_test"] == int(confusion.sum() - np.trace(confusion))
