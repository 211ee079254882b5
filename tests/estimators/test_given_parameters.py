"""The estimators refuse parameters, labels and codes that they cannot mean, in words."""

import numpy as np
import pytest
import torch
from sklearn.exceptions import NotFittedError

from pellucid.errors import DataError, SurroundingsError, UsageError
from pellucid.estimators import NetworkAutoencoder, NetworkEmbedder, NetworkRanker, NetworkSequenceLabeller, training

X = np.random.default_rng(0).normal(size=(30, 4))
Y = np.arange(30) % 3
FRAMES = [X[:5], X[5:12], X[12:16]]
QUICK = {"hidden": (4,), "epochs": 1}
every_kind = pytest.mark.parametrize(
    ("kind", "rows", "labels"),
    [
        (NetworkAutoencoder, X, None),
        (NetworkEmbedder, X, Y),
        (NetworkRanker, X, Y),
        (NetworkSequenceLabeller, FRAMES, [["a"], ["b"], ["a"]]),
    ],
)


@pytest.mark.parametrize(
    ("kind", "parameters", "message"),
    [
        (NetworkAutoencoder, {"code": 2.5}, r"needs code ≥ 1, a whole number, found 2\.5"),
        (NetworkAutoencoder, {"code": 0}, "needs code ≥ 1, a whole number, found 0"),
        (NetworkAutoencoder, {"sparsity": "a"}, "needs sparsity ≥ 0, a number, found 'a'"),
        (NetworkAutoencoder, {"sparsity": -0.1}, r"needs sparsity ≥ 0, a number, found -0\.1"),
        (NetworkAutoencoder, {"noise": float("nan")}, "needs noise ≥ 0, a number, found nan"),
        (NetworkAutoencoder, {"activation": "crelu"}, "the code would not have 2"),
        (NetworkAutoencoder, {"loss": "bce"}, "compares standardised numbers, but bce reads probabilities"),
        (NetworkEmbedder, {"dimensions": "3"}, "needs dimensions ≥ 1, a whole number, found '3'"),
        (NetworkEmbedder, {"units_per_row": 2.5}, "needs units_per_row ≥ 2"),
        (NetworkEmbedder, {"loss": "margin_ranking"}, "is no loss on triplets, nor on pairs"),
        (NetworkRanker, {"pairs_per_row": 1.5}, "needs pairs_per_row ≥ 1"),
        *(
            (kind, changes, message)
            for kind in (NetworkAutoencoder, NetworkEmbedder, NetworkRanker)
            for changes, message in (
                ({"hidden": 7}, r"needs hidden as widths such as \(64, 64\), found 7"),
                ({"random_state": np.random.RandomState(0)}, "needs random_state as a whole number or None"),
            )
        ),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused(kind, parameters, message):
    with pytest.raises(UsageError, match=message):
        kind(**{**QUICK, **parameters}).fit(X, Y)


@every_kind
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_network_trains_where_it_is_asked_to(kind, rows, labels, device, monkeypatch):
    asked = []

    def note(*_, setting, **__):
        asked.append(setting.device)
        raise InterruptedError

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(training, "train_members", note)
    for each in (device, torch.device(device)):
        with pytest.raises(InterruptedError):
            kind(device=each, **QUICK).fit(rows, labels)
    assert asked == [device, device]


@every_kind
def test_a_device_that_is_none_or_not_there_is_refused(kind, rows, labels, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match=r"device must be 'cpu' or 'cuda' .* found 'tpu'"):
        kind(device="tpu", **QUICK).fit(rows, labels)
    with pytest.raises(SurroundingsError, match="asks for a GPU, and PyTorch sees none on this machine"):
        kind(device="cuda", **QUICK).fit(rows, labels)


@pytest.mark.parametrize(
    ("kind", "y", "options", "message"),
    [
        (NetworkEmbedder, np.where(Y == 1, np.nan, Y), {}, "y is missing in row 1"),
        (NetworkRanker, np.where(Y == 1, np.nan, Y), {}, "y is missing in row 1"),
        (NetworkRanker, ["good", "bad"] * 15, {}, "must be a column of numbers"),
        (NetworkRanker, Y, {"group": np.where(Y == 1, np.nan, 0.0)}, "group is missing in row 1"),
    ],
)
def test_labels_that_are_missing_or_no_relevance_are_refused(kind, y, options, message):
    with pytest.raises(DataError, match=message):
        kind(**QUICK).fit(X, y, **options)


def test_a_ranker_is_scored_on_groups_of_the_same_rows():
    ranker = NetworkRanker(**QUICK).fit(X, Y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        ranker.score(X, Y, group=[1, 2])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["ab", "c", "a"], r"labels of sequence 0 are 'ab'.*list\('ab'\)"),
        ([[1], [1.0, np.nan], [2]], "A label of sequence 1 is missing in row 1"),
        ([[], [], []], "No sequence has a label"),
    ],
)
def test_label_sequences_that_are_none_are_refused(y, message):
    with pytest.raises(DataError, match=message):
        NetworkSequenceLabeller(**QUICK).fit(FRAMES, y)


def test_a_sequence_without_labels_leaves_the_others_labels_as_they_are():
    labeller = NetworkSequenceLabeller(**QUICK).fit(FRAMES, [[1, 2], [], [1]])
    assert labeller.classes_.dtype.kind == "i"
    assert labeller.classes_.tolist() == [1, 2]


def test_frames_that_are_no_numbers_are_refused():
    with pytest.raises(DataError, match="each an array of real numbers"):
        NetworkSequenceLabeller(**QUICK).fit([[["a"]]], [[1]])
    with pytest.raises(UsageError, match="needs context ≥ 0, a whole number"):
        NetworkSequenceLabeller(context=1.5).fit(FRAMES, [[1], [2], [1]])


def test_an_autoencoder_decodes_only_codes_of_its_own_length():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        NetworkAutoencoder().inverse_transform([[1.0, 2.0]])
    autoencoder = NetworkAutoencoder(code=2, **QUICK).fit(X)
    with pytest.raises(DataError, match="Codes of 4 values were given, 2 are expected"):
        autoencoder.inverse_transform(X)
    with pytest.raises(ValueError, match="contains NaN"):
        autoencoder.inverse_transform([[np.nan, 1.0]])
    assert autoencoder.set_params(code=3).transform(X).shape == (30, len(autoencoder.get_feature_names_out()))


def test_rows_without_spread_have_a_score():
    same = np.ones((10, 3))
    assert NetworkAutoencoder(**QUICK).fit(same).score(same) == 0.0
