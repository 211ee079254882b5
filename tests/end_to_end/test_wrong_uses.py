"""Ten wrong uses: each ends with its own exit code and one sentence that helps."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ponds import QUICK, pond_rows, write_rows

from pellucid.cli.main import main

Refused = Callable[..., str]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run a command that must fail: checks code, shape and silence on stdout, and gives what was told."""

    def run(*arguments: object, code: int) -> str:
        capsys.readouterr()
        assert main([str(argument) for argument in arguments]) == code
        shown = capsys.readouterr()
        assert shown.out == ""
        assert "Traceback" not in shown.err
        assert 1 <= len(shown.err.strip().splitlines()) <= 3
        return shown.err

    return run


def test_a_missing_file_is_named(tmp_path: Path, refused: Refused) -> None:
    told = refused("fit", tmp_path / "pnod.csv", "--target", "bites", code=3)
    assert "pnod.csv" in told


def test_a_directory_is_no_table(tmp_path: Path, refused: Refused) -> None:
    told = refused("fit", tmp_path, "--target", "bites", code=3)
    assert "folder" in told or "directory" in told


def test_an_empty_file_is_no_table(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    told = refused("fit", path, "--target", "bites", code=3)
    assert "empty.csv" in told
    assert "empty" in told.replace("empty.csv", "") or "0 bytes" in told


def test_a_web_page_named_csv_is_recognised(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "download.csv"
    path.write_text("<!DOCTYPE html>\n<html><body>Please log in, then try again</body></html>\n", encoding="utf-8")
    told = refused("fit", path, "--target", "bites", code=3)
    assert "HTML" in told


def test_a_misspelt_target_gets_the_nearest_name(pond: Path, refused: Refused) -> None:
    told = refused("fit", pond, "--target", "bits", code=3)
    assert told == (
        "There is no column 'bits' in pond.csv. Did you mean 'bites'?\nColumns: depth, warmth, bait, bites\n"
    )


def test_a_target_of_one_class_cannot_be_learned(tmp_path: Path, refused: Refused) -> None:
    rows = pond_rows()
    path = write_rows(tmp_path / "calm.csv", [rows[0], *([*row[:3], "no"] for row in rows[1:])])
    told = refused("fit", path, "--target", "bites", code=3)
    assert "bites" in told
    assert "no" in told


def test_a_column_without_values_is_left_out_and_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = pond_rows()
    path = write_rows(tmp_path / "gap.csv", [["salt", *rows[0]], *(["", *row] for row in rows[1:])])
    assert main(["fit", str(path), "--target", "bites", "--out", str(tmp_path / "run"), "--json", *QUICK]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    (finding,) = [each for each in findings if each["code"] == "B036"]
    assert finding["slug"] == "all-missing-column"
    assert "salt" in finding["message"]


def test_text_among_numbers_at_prediction_is_shown_with_its_row(model: Path, tmp_path: Path, refused: Refused) -> None:
    rows = [[depth, "warm" if warmth != "warmth" else warmth, bait] for depth, warmth, bait, _ in pond_rows()]
    told = refused("predict", model, write_rows(tmp_path / "words.csv", rows), "-o", tmp_path / "out.csv", code=3)
    assert "warmth" in told
    assert "'warm'" in told
    assert not (tmp_path / "out.csv").exists()


def test_a_truncated_model_file_is_refused(model: Path, pond: Path, tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "short.safetensors"
    whole = model.read_bytes()
    path.write_bytes(whole[: len(whole) - 100])
    told = refused("predict", path, pond, "-o", tmp_path / "out.csv", code=6)
    assert "short.safetensors" in told
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.2, 0.6, 0.999])
def test_a_model_file_with_one_flipped_bit_is_refused(
    share: float, model: Path, pond: Path, tmp_path: Path, refused: Refused
) -> None:
    path = tmp_path / "flipped.safetensors"
    content = bytearray(model.read_bytes())
    content[int(share * (len(content) - 1))] ^= 1
    path.write_bytes(content)
    told = refused("predict", path, pond, "-o", tmp_path / "out.csv", code=6)
    assert "flipped.safetensors" in told


def test_predictions_are_not_written_over_a_folder(model: Path, pond: Path, tmp_path: Path, refused: Refused) -> None:
    told = refused("predict", model, pond, "-o", tmp_path, code=2)
    assert "is a folder; --out (-o) wants a file" in told


def test_a_missing_model_file_ends_as_the_readme_says(pond: Path, tmp_path: Path, refused: Refused) -> None:
    assert "There is no file" in refused("predict", tmp_path / "none.safetensors", pond, code=3)


def test_targets_that_do_not_go_together_are_told_apart(pond: Path, refused: Refused) -> None:
    told = refused("fit", pond, "--target", "bites", "--target", "bait", code=3)
    assert told.startswith("Several targets are all yes or no, or all numbers; 'bait' holds words such as 'bread'")
    told = refused("fit", pond, "--target", "depth", "--target", "depth", code=2)
    assert told.startswith("Column 'depth' is named as a target twice.")


def test_a_task_that_the_target_does_not_allow_is_refused_with_the_value(pond: Path, refused: Refused) -> None:
    assert "which is not whole; a count is a whole number" in refused(
        "fit", pond, "--target", "depth", "--task", "count", code=3
    )
    assert "--order bread,fly,worm" in refused("fit", pond, "--target", "bait", "--task", "ordinal", code=3)
    assert "holds one label a row" in refused("fit", pond, "--target", "bait", "--task", "multilabel", code=3)
    assert "lies between 0 and 1, found 90" in refused("fit", pond, "--target", "depth", "--level", "90", code=2)
    assert "has a target column for each of its parts" in refused(
        "fit", pond, "--target", "depth", "--task", "distribution", code=2
    )


def test_a_re_expression_goes_where_numbers_are(pond: Path, refused: Refused) -> None:
    fit = ("fit", pond, "--target", "depth")
    assert "'bait' is taken for a category" in refused(*fit, "--express", "bait=log", code=2)
    assert "Did you mean 'log'" in refused(*fit, "--express", "warmth=lgo", code=2)
    assert "no column 'warmt'" in refused(*fit, "--express", "warmt=log", code=3)
    assert "the task is binary" in refused("fit", pond, "--target", "bites", "--target-expression", "log", code=2)


def test_a_loss_that_does_not_fit_gets_the_right_recipe(pond: Path, refused: Refused) -> None:
    told = refused("fit", pond, "--target", "depth", "--loss", "cross_entropy", code=2)
    assert told.startswith("Rule L113 (class-count-mismatch)")
    assert "Use --loss mse." in told
