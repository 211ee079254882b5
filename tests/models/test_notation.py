"""A model reads the columns of a new file as those of its training table were written, however few rows there are."""

import msgspec
import numpy as np
import pytest
from made_up_models import made_up_arrays, made_up_manifest

from pellucid.encoding import encode
from pellucid.errors import DataError
from pellucid.models import Manifest, Model, read_model, write_model
from pellucid.tables import Notation, read_table

ROWS = 60
WRITTEN = {
    "thousands": ([f"{1 + i},{100 + 7 * i}" for i in range(ROWS)], Notation.COMMA_THOUSANDS),
    "decimal comma": ([f"{i},{65 + i}" for i in range(ROWS - 1)] + ["3,652"], Notation.DECIMAL_COMMA),
    "points and a decimal comma": ([f"{1 + i}.{100 + i},50" for i in range(ROWS - 1)] + ["1.234"], "point_thousands"),
    "blanks": ([f"{1 + i} {100 + i}" for i in range(ROWS)], Notation.BLANK_THOUSANDS),
    "per cent": ([f"{i}.5%" for i in range(ROWS)], Notation.PERCENT),
    "dollars": ([f"${1 + i},{100 + i}.50" for i in range(ROWS)], Notation.CURRENCY_COMMA_THOUSANDS),
    "euros": ([f"€{i},{10 + i}" for i in range(ROWS - 1)] + ["€3,652"], Notation.CURRENCY_DECIMAL_COMMA),
    "day first": ([f"{1 + i % 28:02}/{1 + i % 12:02}/2024" for i in range(ROWS)], Notation.DAY_FIRST),
    "month first": ([f"{1 + i % 12:02}/{1 + i % 28:02}/2024" for i in range(ROWS)], Notation.MONTH_FIRST),
    "Namibia": (["NA", "DE", "FR", "US", "GB", "IT", "ES", "PT", "NL", "BE", "CH", "AT"] * 5, "text_with_na"),
    "sizes": ((["1,5", "2,5", "5%", "$3", "large", "none"] * ROWS)[:ROWS], Notation.TEXT),
    "versions": ((["1.10", "1.1", "2.0", "beta"] * ROWS)[:ROWS], Notation.TEXT),
}
UNWRITTEN = {
    "plain numbers": [f"{i}.25" for i in range(ROWS)],
    "ISO dates": [f"2024-{1 + i % 12:02}-{1 + i % 28:02}" for i in range(ROWS)],
    "yes and no": ["yes", "no", "no"] * (ROWS // 3),
}


def write_rows(path, texts, *, noise=None):
    """A file of three columns: the one in question, a number and the target."""
    noise = range(len(texts)) if noise is None else noise
    lines = [f"{text};{7 * i % 11 + 0.5};{'no' if i % 2 else 'yes'}" for i, text in zip(noise, texts, strict=True)]
    path.write_text("\n".join(["x;noise;survived", *lines]) + "\n", encoding="utf-8")
    return path


def trained_on(path, **preparation) -> Model:
    manifest = made_up_manifest(table=read_table(path), hidden=(4,), **preparation)
    return Model(manifest, made_up_arrays(manifest))


@pytest.fixture
def saved(tmp_path):
    """Train on texts, save, and read the model back."""

    def train(texts, **preparation):
        model = trained_on(write_rows(tmp_path / "whole.csv", texts), **preparation)
        write_model(tmp_path / "model.safetensors", model.manifest, model.arrays)
        return read_model(tmp_path / "model.safetensors")

    return train


@pytest.mark.parametrize("case", WRITTEN)
def test_a_row_alone_means_what_it_means_in_the_whole_file(case, saved, tmp_path):
    texts, notation = WRITTEN[case]
    model = saved(texts)
    assert model.manifest.encoding.notations["x"] == notation
    whole = encode(model.manifest.encoding, read_table(tmp_path / "whole.csv"))
    predicted = model.predict_proba(tmp_path / "whole.csv")
    for row in (0, 1, 3, 11, ROWS - 1):
        alone = write_rows(tmp_path / "alone.csv", [texts[row]], noise=[row])
        encoded = encode(model.manifest.encoding, model.read(alone))
        assert encoded.numbers.tobytes() == whole.numbers[row : row + 1].tobytes()
        assert encoded.codes.tolist() == whole.codes[row : row + 1].tolist()
        assert model.predict_proba(alone).tobytes() == predicted[row : row + 1].tobytes()


@pytest.mark.parametrize("case", WRITTEN)
def test_words_in_memory_mean_what_they_mean_in_the_file(case, saved):
    texts, _ = WRITTEN[case]
    model = saved(texts)
    pieces = [{"x": [text], "noise": [7 * i % 11 + 0.5]} for i, text in enumerate(texts[:12])]
    alone = np.concatenate([model.predict_proba(piece) for piece in pieces])
    together = {"x": texts, "noise": [7 * i % 11 + 0.5 for i in range(ROWS)]}
    assert alone.tobytes() == model.predict_proba(together)[:12].tobytes()


@pytest.mark.parametrize("case", UNWRITTEN)
def test_a_column_that_needs_no_notation_has_none(case, saved):
    assert "x" not in saved(UNWRITTEN[case]).manifest.encoding.notations


def test_a_long_file_of_points_is_thousands_where_training_wrote_them_so(saved, tmp_path):
    model = saved(WRITTEN["points and a decimal comma"][0])
    table = model.read(write_rows(tmp_path / "long.csv", ["1.234"] * 6_000))
    assert set(table.column("x").values.tolist()) == {1234.0}


def test_typed_columns_are_taken_as_they_are(saved):
    model = saved(WRITTEN["decimal comma"][0])
    assert model.read({"x": [3652.0, 3.652], "noise": [1, 2]}).column("x").values.tolist() == [3652.0, 3.652]


def test_without_notations_a_table_is_guessed_from_its_values(tmp_path):
    alone = write_rows(tmp_path / "alone.csv", ["3,652"])
    assert read_table(alone).column("x").values.tolist() == [3652.0]
    assert read_table(alone, notations={"x": Notation.DECIMAL_COMMA}).column("x").values.tolist() == [3.652]


def test_numbers_written_otherwise_than_in_training_are_read_plainly_and_it_is_said(saved, tmp_path):
    table = saved(WRITTEN["decimal comma"][0]).read(write_rows(tmp_path / "new.csv", ["3.5", "4,25", "", "none"]))
    assert table.column("x").as_text().tolist() == ["3.5", "4.25", None, None]
    (found,) = [finding for finding in table.findings if finding.column == "x"]
    assert "1 of 4 values are not written as in training, such as '3.5'; they are read as plain" in found.message


def test_a_few_stray_words_among_many_numbers_count_as_missing_as_in_training(saved, tmp_path):
    table = saved(WRITTEN["decimal comma"][0]).read(write_rows(tmp_path / "new.csv", ["3,652"] * 999 + ["oops"]))
    column = table.column("x")
    assert column.storage == "number"
    assert np.flatnonzero(column.missing).tolist() == [999]
    assert any(
        "as in training, such as '3,652' = 3.652; 1 others count as missing" in f.message for f in table.findings
    )


def test_dates_in_the_other_order_are_refused(saved, tmp_path):
    model = saved(WRITTEN["day first"][0])
    with pytest.raises(DataError, match="held dates when the model was trained, but 1 of 1 rows hold something else"):
        model.predict(write_rows(tmp_path / "new.csv", ["12/31/2024"]))
    days = model.read(write_rows(tmp_path / "new.csv", ["31/12/2024", "2024-12-31", "31.12.2024"])).column("x").values
    assert [str(day) for day in days] == ["2024-12-31T00:00:00.000000"] * 3


def test_the_manifest_says_each_notation_in_one_word(saved):
    manifest = msgspec.to_builtins(saved(WRITTEN["decimal comma"][0]).manifest)
    assert manifest["encoding"]["notations"] == {"x": "decimal_comma"}


@pytest.mark.parametrize(
    ("notations", "message"),
    [
        ({"x": "%d/%m/%Y"}, "Invalid enum value '%d/%m/%Y'"),
        ({"x": {"decimal": ","}}, "Expected `str`, got `object`"),
        ({"elsewhere": "text"}, "a notation is kept of 'elsewhere', which is neither a column"),
    ],
)
def test_a_manifest_with_an_unknown_notation_is_refused(notations, message, saved):
    manifest = msgspec.to_builtins(saved(WRITTEN["decimal comma"][0]).manifest)
    manifest["encoding"]["notations"] = notations
    with pytest.raises(msgspec.ValidationError, match=message):
        msgspec.json.decode(msgspec.json.encode(manifest), type=Manifest)
