import hashlib
import os

import numpy as np
import pytest
from made_up_models import made_up_arrays, made_up_manifest, made_up_model, made_up_table
from safetensors import safe_open

from pellucid.errors import DataError, ModelFileError, TrainingError
from pellucid.models import read_model, write_model

TASKS = ["binary", "multiclass", "regression"]


@pytest.fixture(name="path")
def _path(tmp_path):
    model = made_up_model()
    write_model(tmp_path / "model.safetensors", model.manifest, model.arrays)
    return tmp_path / "model.safetensors"


@pytest.mark.parametrize("task", TASKS)
def test_a_model_comes_back_as_it_was_written(tmp_path, task):
    model = made_up_model(task)
    write_model(tmp_path / "m.safetensors", model.manifest, model.arrays)
    again = read_model(tmp_path / "m.safetensors")
    assert again.manifest == model.manifest
    assert {name: values.tobytes() for name, values in again.arrays.items()} == {
        name: values.tobytes() for name, values in model.arrays.items()
    }
    table = made_up_table(seed=1)
    assert again.predict_table(table).values.tolist() == model.predict_table(table).values.tolist()


def test_the_file_is_an_ordinary_safetensors_file(path):
    model = made_up_model()
    with safe_open(path, framework="numpy") as file:
        assert set(file.keys()) == set(model.arrays)
        for name, values in model.arrays.items():
            assert (file.get_tensor(name) == values).all()
        assert file.metadata().keys() == {"manifest", "sha256"}


def test_equal_models_give_equal_bytes(path, tmp_path):
    model = made_up_model()
    write_model(tmp_path / "again.safetensors", model.manifest, model.arrays)
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()


def test_a_parameter_that_is_not_finite_is_not_saved(tmp_path):
    manifest = made_up_manifest()
    arrays = made_up_arrays(manifest)
    arrays["2.weight"][1, 0, 0] = np.nan
    with pytest.raises(TrainingError, match=r"2\.weight holds values that are not finite"):
        write_model(tmp_path / "m.safetensors", manifest, arrays)
    assert not any(tmp_path.iterdir())


def test_arrays_other_than_promised_are_not_saved(tmp_path):
    manifest = made_up_manifest()
    arrays = made_up_arrays(manifest)
    with pytest.raises(ValueError, match=r"2\.bias should have shape \(3, 20\), found \(3, 19\)"):
        write_model(tmp_path / "m", manifest, {**arrays, "2.bias": arrays["2.bias"][:, 1:]})
    del arrays["2.bias"]
    with pytest.raises(ValueError, match="the manifest promises"):
        write_model(tmp_path / "m", manifest, arrays)


def test_a_truncated_file_is_refused_at_any_length(path):
    whole = path.read_bytes()
    lengths = {0, 1, 7, 8, 9, 100, len(whole) - 1, len(whole) - 4, *range(11, len(whole), 997)}
    for length in sorted(lengths):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match=r"was cut short") as caught:
            read_model(path)
        assert caught.value.exit_code == 6


def test_bytes_behind_the_end_are_refused(path):
    path.write_bytes(path.read_bytes() + b"\0\0\0\0")
    with pytest.raises(ModelFileError, match=r"it should have [\d\s]+ bytes and has"):
        read_model(path)


def test_one_changed_byte_is_refused_wherever_it_is(path):
    whole = bytearray(path.read_bytes())
    header = 8 + int.from_bytes(whole[:8], "little")
    draw = np.random.default_rng(0)
    places = [*range(64), *range(header - 40, header + 40), *draw.integers(64, len(whole), 600), len(whole) - 1]
    for place in places:
        bit = 1 << int(draw.integers(8))
        whole[place] ^= bit
        path.write_bytes(whole)
        with pytest.raises(ModelFileError, match="is not a model file that can be trusted"):
            read_model(path)
        whole[place] ^= bit
    path.write_bytes(whole)
    read_model(path)


def test_a_changed_parameter_is_told_by_the_digest(path):
    whole = bytearray(path.read_bytes())
    whole[-2] ^= 1
    path.write_bytes(whole)
    with pytest.raises(ModelFileError, match=r"at least one byte is not what was written .* copy it again"):
        read_model(path)


def test_what_is_not_there_or_not_a_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"There is no file .*nothing\.safetensors"):
        read_model(tmp_path / "nothing.safetensors")
    with pytest.raises(ModelFileError, match="it is a folder or a device"):
        read_model(tmp_path)
    with pytest.raises(ModelFileError, match="NUL character"):
        read_model("a\0b")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_named_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ModelFileError, match="it is a folder or a device"):
        read_model(tmp_path / "pipe")


def test_a_file_above_the_cap_is_refused_unread(path):
    with pytest.raises(ModelFileError, match="Raise max_megabytes"):
        read_model(path, max_megabytes=0)


def test_a_table_is_not_a_model(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n" * 100)
    with pytest.raises(ModelFileError, match=r"it never was a model, then use a file that `pellucid fit` wrote"):
        read_model(tmp_path / "t.csv")


def test_the_digest_covers_the_whole_file_but_itself(path):
    whole = path.read_bytes()
    at = whole.index(b'"sha256":"') + len(b'"sha256":"')
    blank = whole[:at] + b"0" * 64 + whole[at + 64 :]
    # The manifest's card also names a sha256, escaped; the first plain one is the file's.
    assert hashlib.sha256(blank).hexdigest() == whole[at : at + 64].decode()
