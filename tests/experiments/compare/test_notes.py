"""What is said of a comparison claims no more than is known: why a variant is chosen, and how far training came."""

import numpy as np
import pytest
from questions import bench_of, options

from pellucid.experiments.compare.compare import _note
from pellucid.experiments.compare.ledger import Scores
from pellucid.experiments.compare.recording import _reason
from pellucid.experiments.compare.results import Results


def results_of(means, there, seeds=3, folds=4):
    """Variants of these means, as far as their networks are there: (repeats, folds of the next repeat)."""
    names = ("relu", "tanh", "gelu")[: len(means)]
    bench = bench_of(options(vary=(f"activation={','.join(names)}",), seeds=seeds, folds=folds))
    scores = Scores.empty(len(means), seeds, folds)
    whole, more = there
    scores.there[:, :whole], scores.there[:, whole : whole + 1, :more] = True, True
    noise = 0.01 * np.random.default_rng(0).normal(size=scores.score.shape)
    scores.score[:] = np.where(scores.there, np.array(means)[:, None, None] + noise, np.nan)
    return Results.of(bench, scores, range(whole))


@pytest.mark.parametrize(
    ("means", "there", "reason"),
    [
        ([0.9, 0.9, 0.5], (3, 0), "the first of equals"),
        ([0.9, 0.4, 0.5], (3, 0), "the best"),
        ([0.9], (3, 0), "the only variant"),
        ([0.9, 0.4, 0.5], (0, 1), "with the best score, untested"),
    ],
)
def test_a_variant_is_chosen_for_what_is_known_of_it(means, there, reason):
    assert _reason(results_of(means, there).standing) == reason


@pytest.mark.parametrize(
    ("there", "ended", "note"),
    [
        ((3, 0), "finished", "24 networks"),
        ((3, 0), "out of time", "24 networks"),
        ((2, 3), "out of time", "out of time after 2 of 3 seeds"),
        ((1, 0), "interrupted", "interrupted after 1 of 3 seeds"),
        ((0, 2), "out of time", "out of time within the first seed"),
        ((0, 0), "interrupted", "interrupted"),
    ],
)
def test_the_note_tells_whole_seeds_or_none(there, ended, note):
    assert _note(results_of([0.9, 0.8], there), None, ended) == note
