"""Files of several networks: what they predict together, and what comes back from them."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_models import (
    GOALS,
    MIXTURES,
    assembled,
    made_up_manifest,
    made_up_members,
    made_up_mixture,
    made_up_model,
    made_up_table,
    shuffled,
)

from pellucid.encoding import encode
from pellucid.errors import DataError, UsageError
from pellucid.heads import HEADS
from pellucid.models import Contribution, Manifest, Mixture, Model, Part, assemble, read_model, write_model

TABLE = made_up_table()
every_kind = pytest.mark.parametrize("kind", list(MIXTURES))


def told(prediction):
    """What is averaged: probabilities where there are any, else the values."""
    return prediction.values if prediction.probabilities is None else prediction.probabilities


def alone(kind, place, **options):
    return assembled(kind, made_up_members(kind, seed=place, **MIXTURES[kind][place], **options))


@every_kind
@pytest.mark.parametrize("weights", [(1.0, 1.0), (3.0, 1.0), (0.2, 0.3)])
def test_a_mixture_predicts_the_weighted_mean_of_what_its_parts_predict(kind, weights):
    whole = told(made_up_mixture(kind, weights).predict_table(TABLE))
    parts = [told(alone(kind, place).predict_table(TABLE)) for place in (0, 1)]
    expected = np.average(parts, axis=0, weights=weights)
    assert whole == pytest.approx(expected, rel=1e-10, abs=1e-12)
    assert not np.allclose(parts[0], parts[1])


@every_kind
def test_a_mixture_comes_back_as_it_was_written(tmp_path, kind):
    model = made_up_mixture(kind, (2.0, 5.0))
    write_model(tmp_path / "m.safetensors", model.manifest, model.arrays)
    again = read_model(tmp_path / "m.safetensors")
    assert again.manifest == model.manifest
    assert again.arrays.keys() == model.arrays.keys()
    assert all((again.arrays[name] == values).all() for name, values in model.arrays.items())
    here, there = model.predict_table(TABLE), again.predict_table(TABLE)
    assert told(here).tobytes() == told(there).tobytes()


@every_kind
def test_a_row_is_predicted_the_same_whatever_comes_with_it(kind):
    model = made_up_mixture(kind, (2.0, 5.0))
    turned, order = shuffled(TABLE)
    whole, there = told(model.predict_table(TABLE)), told(model.predict_table(turned))
    assert np.ascontiguousarray(whole[order]).tobytes() == np.ascontiguousarray(there).tobytes()
    one = told(model.predict_table(TABLE.take(np.array([17]))))
    assert one[0].tobytes() == np.ascontiguousarray(whole[17]).tobytes()
    assert len(model.predict_table(TABLE.take(np.arange(0))).values) == 0


@pytest.mark.parametrize("kind", list(GOALS))
def test_weights_of_one_change_no_bit(kind):
    model = made_up_model(kind)
    weighted = Manifest(**{**fields(model.manifest), "version": 2, "weights": (1.0, 1.0, 1.0)})
    there = Model(weighted, model.arrays).predict_table(TABLE)
    assert told(model.predict_table(TABLE)).tobytes() == told(there).tobytes()


def fields(manifest):
    return {name: getattr(manifest, name) for name in manifest.__struct_fields__}


@pytest.mark.parametrize("kind", list(GOALS))
def test_networks_of_one_part_that_count_alike_give_the_file_of_version_1(tmp_path, kind):
    model = made_up_model(kind)
    members = [
        Contribution(model.manifest.network, model.manifest.head, {n: a[m] for n, a in model.arrays.items()}, 7.0)
        for m in range(3)
    ]
    again = assembled(kind, members)
    assert again.manifest.version == 1
    write_model(tmp_path / "a", model.manifest, model.arrays)
    write_model(tmp_path / "b", again.manifest, again.arrays)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert b"further" not in (tmp_path / "a").read_bytes()[:100_000]


def test_a_network_that_counts_twice_is_one_that_stands_there_twice():
    first, second, third = made_up_members("regression")
    twice = assembled("regression", [first, second, third, second])
    counted = assembled("regression", [first, changed(second, weight=2.0), third])
    assert counted.manifest.weights == (1.0, 2.0, 1.0)
    assert counted.predict_table(TABLE).values == pytest.approx(twice.predict_table(TABLE).values, rel=1e-12)


def changed(member, **changes):
    return Contribution(**{**vars(member), **changes})


def test_a_network_that_counts_nothing_is_left_out():
    first, second, third = made_up_members()
    fields, arrays = assemble([first, changed(second, weight=0.0), third])
    assert fields == {"network": first.network, "members": 2, "head": "softmax"}
    assert (arrays["2.weight"][1] == third.arrays["2.weight"]).all()
    for weights in ((0.0, 0.0), (1.0, -1.0), (1.0, np.nan), (1.0, np.inf)):
        with pytest.raises(ValueError, match=r"no network counts|is 0 or above, and finite"):
            assemble([changed(first, weight=weights[0]), changed(second, weight=weights[1])])


def test_parts_are_grouped_by_layers_and_head_in_the_order_of_their_first():
    wide, narrow = made_up_members(hidden=(20,)), made_up_members(hidden=(4,))
    margin = made_up_members(hidden=(4,), head="sigmoid")
    fields, arrays = assemble([narrow[0], wide[0], margin[0], narrow[1]])
    assert (fields["members"], [part.members for part in fields["further"]]) == (2, [1, 1])
    assert [part.head for part in fields["further"]] == ["softmax", "sigmoid"]
    assert (arrays["2.weight"][1] == narrow[1].arrays["2.weight"]).all()
    assert (arrays["part2.2.weight"][0] == wide[0].arrays["2.weight"]).all()
    assert (arrays["part3.2.weight"][0] == margin[0].arrays["2.weight"]).all()


def test_a_score_among_probabilities_is_a_vote():
    sure, by_score = made_up_members(), made_up_members(head="margin", seed=1)
    model = assembled("binary", [*sure, *by_score])
    probabilities = assembled("binary", sure).predict_proba(TABLE)
    votes = [assembled("binary", [one]).predict_table(TABLE).decided for one in by_score]
    share = (3 * probabilities[:, 1] + np.sum(votes, axis=0)) / 6
    prediction = model.predict_table(TABLE)
    assert (prediction.decided == (share > 0.5)).all()
    assert prediction.probabilities is None
    with pytest.raises(UsageError, match=r"by scores \(heads margin and softmax\), which are no probabilities"):
        model.predict_proba(TABLE)


def test_scores_under_one_head_are_averaged_as_scores():
    members = [*made_up_members(head="margin"), *made_up_members(head="margin", hidden=(6,), seed=1)]
    outputs = []
    for member in members:
        one = assembled("binary", [member])
        outputs.append(one._predictions(*encoded(one))[0])
    model = assembled("binary", members)
    assert model._predictions(*encoded(model))[0] == pytest.approx(np.mean(outputs, axis=0), rel=1e-12)


def encoded(model):
    found = encode(model.manifest.encoding, TABLE)
    return found.numbers, found.codes


def test_labels_by_scores_vote_label_by_label():
    sure, by_score = made_up_members("multilabel"), made_up_members("multilabel", head="label_scores", seed=1)[:1]
    model = assembled("multilabel", [sure[0], *by_score])
    share = assembled("multilabel", sure[:1]).predict_table(TABLE).probabilities
    vote = assembled("multilabel", by_score).predict_table(TABLE).decided
    assert (model.predict_table(TABLE).decided == ((share + vote) / 2 >= 0.5)).all()


def test_a_network_that_overflows_cannot_hide_behind_its_vote():
    lost = made_up_members(head="margin")[0]
    huge = {name: np.full_like(values, 1e38) for name, values in lost.arrays.items()}
    model = assembled("binary", [*made_up_members(), changed(lost, arrays=huge)])
    with pytest.raises(DataError, match=r"80 such rows\) .* overflow"):
        model.predict_table(TABLE)


def test_the_mean_of_different_quantiles_is_that_of_their_medians():
    target = made_up_manifest("regression").spec
    mixture = Mixture([HEADS("quantiles(levels=[0.1, 0.5, 0.9])"), HEADS("identity")], target)
    outputs = np.arange(6.0).reshape(1, 3, 2)
    assert (mixture.predict(0, outputs) == [[[2.0, 3.0]]]).all()
    together = mixture.mean([mixture.predict(0, outputs), mixture.predict(1, np.full((1, 1, 2), 8.0))])
    assert (together == [[5.0, 5.5]]).all()
    assert mixture.gives == "values"


def test_the_variance_of_a_weighted_mixture_is_that_of_its_draws():
    # Means 0 and 4 with variances 1 and 3, counting 3 : 1: mean 1, variance ¾·(1 + 1) + ¼·(3 + 9).
    head = HEADS("mean_and_variance")
    outputs = np.array([[[0.0], [0.0]], [[4.0], [np.log(3.0)]]])
    assert head.ensemble(outputs, np.array([3.0, 1.0])) == pytest.approx(np.array([[1.0], [4.5]]))


def test_a_model_of_several_parts_tells_them():
    text = repr(made_up_mixture("binary"))
    assert text.startswith("<Model of survived: binary, 3 networks ")
    assert text.count("3 networks") == 2
    assert made_up_mixture("binary").manifest.count == 6


@pytest.mark.parametrize("task", ["ranking", "embedding", "reconstruction", "sequence"])
def test_tasks_without_a_mean_have_one_part(task):
    manifest = made_up_manifest()
    with pytest.raises(
        (ValueError, msgspec.ValidationError), match=r"has networks of one part|has a target of the kind"
    ):
        msgspec.structs.replace(manifest, task=task, version=2, weights=(1.0, 2.0, 1.0))


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_mixture_comes_back_and_predicts_between_its_members(tmp_path_factory, data):
    kind = data.draw(st.sampled_from(["binary", "multiclass", "regression", "count", "quantile"]))
    members = []
    for seed in range(data.draw(st.integers(1, 4))):
        hidden = tuple(data.draw(st.lists(st.integers(1, 6), max_size=2)))
        own = made_up_members(kind, hidden=hidden, seed=seed)[: data.draw(st.integers(1, 3))]
        members += [changed(one, weight=data.draw(st.floats(1e-3, 1e3))) for one in own]
    model = assembled(kind, members)
    assert sum(part.members for part in model.manifest.parts) == len(members)
    assert all(isinstance(part, Part) for part in model.manifest.parts)
    path = tmp_path_factory.mktemp("any") / "m.safetensors"
    write_model(path, model.manifest, model.arrays)
    whole = told(read_model(path).predict_table(TABLE))
    single = np.stack([told(assembled(kind, [one]).predict_table(TABLE)) for one in members])
    room = 1e-9 * np.abs(single).max(axis=0)
    assert (whole <= single.max(axis=0) + room).all()
    assert (whole >= single.min(axis=0) - room).all()
    weights = [one.weight for one in members]
    assert whole == pytest.approx(np.average(single, axis=0, weights=weights), rel=1e-9, abs=1e-12)
