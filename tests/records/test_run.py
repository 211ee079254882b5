"""Scores and runs as records: they survive the file, and several targets do not get mixed up."""

import msgspec
import pytest
from made_up_records import run

from pellucid.records import RunRecord, Score, decode_json, encode_json


def test_a_score_of_one_target_has_a_key_of_its_own() -> None:
    assert Score(metric="rmse", value=1.0).key == "rmse"
    assert Score(metric="rmse", value=1.0, target="price").key == "rmse(price)"


def test_the_target_columns_are_there_for_one_target_and_for_several() -> None:
    assert run().target_columns == ("y",)
    assert run(target="a, b", targets=("a", "b")).target_columns == ("a", "b")


def test_a_run_of_several_targets_or_levels_survives_the_file() -> None:
    score = Score(metric="coverage", value=0.8, greater_is_better=None, aim=0.9, target="a")
    made = run(targets=("a", "b"), levels=(0.05, 0.95), test=(score,))
    assert decode_json(encode_json(made), RunRecord) == made


def test_a_file_from_before_there_were_several_targets_is_read() -> None:
    raw = msgspec.json.decode(encode_json(run(test=(Score(metric="rmse", value=1.0),))))
    for field in ("targets", "levels"):
        del raw[field]
    for field in ("aim", "target"):
        del raw["test"][0][field]
    assert decode_json(encode_json(raw), RunRecord) == run(test=(Score(metric="rmse", value=1.0),))


def test_a_field_that_no_run_has_is_refused() -> None:
    raw = msgspec.json.decode(encode_json(run()))
    with pytest.raises(msgspec.ValidationError, match="unknown field `level`"):
        decode_json(encode_json(raw | {"level": 1}), RunRecord)
