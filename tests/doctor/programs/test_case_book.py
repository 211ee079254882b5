"""The case book under the real command: every rule names its own case, at its line, and is silent about the twin."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from watched_programs import Commands, commands

from pellucid.doctor.rules import RULES

CASES = Path(__file__).parents[2] / "cases"


@dataclass(frozen=True)
class Fault:
    """Where the fault of a case lies.

    Attributes:
        case: Its folder.
        statement: What the line of the finding contains.
        severity: Of the finding.
    """

    case: str
    statement: str
    severity: str = "error"


# Codes that are promised to be found through `pellucid run` in an unedited script.
PROMISED = {
    "L101": Fault("L101_softmax_in_forward", "loss = F.cross_entropy("),
    "L103": Fault("L103_softmax_of_one", "loss = criterion("),
    "L105": Fault("L105_raw_scores_into_nll", "loss = criterion("),
    "L106": Fault("L106_softmax_of_the_student", "loss = F.kl_div("),
    "L108": Fault("L108_mse_of_column_and_row", "loss = criterion("),
    "E301": Fault("E301_never_eval", "model(X_test)"),
    # Its last batch has 2 rows beside others of 128; one of nearly full size is told as a note.
    "E306": Fault("E306_mean_of_batch_means", "mean = total / len(batches)", "warning"),
    "E307": Fault("E307_column_against_row", "predicted == y_test"),
    "E312": Fault("E312_divided_by_rows", "mean = total / len(X_test)", "warning"),
    "E313": Fault("E313_dropout_made_and_forgotten", "self.dropout = nn.Dropout(", "warning"),
    "N501": Fault("N501_circles_by_lines", "self.layer_2(self.layer_1(x))"),
    "G201": Fault("G201_no_zero_grad", "optimizer.step()"),
    "G204": Fault("G204_numpy_in_the_middle", "x.detach().numpy()"),
    "G205": Fault("G205_layers_in_a_list", "self.hidden = ["),
    "T602": Fault("T602_saturated_from_the_start", "model(X_train[rows])"),
    "D401": Fault("D401_unscaled_wine", "model(X_train[rows])", "warning"),
}
# Rules for whose case one child with one import has to do; the fast subset has one of every family.
FAST = ("L103", "G205", "E301", "D401", "N501")


def told_of(case: str) -> dict[str, object]:
    return json.loads((CASES / case / "case.json").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Cases that rules were made with a look at; the others are there to be counted, by ``make bench-doctor``."""
    folders = sorted(path.name for path in CASES.iterdir() if (path / "case.json").exists())
    return [name for name in folders if told_of(name).get("half") != "kept"]


@pytest.fixture(scope="module", name="running")
def _running() -> Iterator[Commands]:
    yield from commands()


@pytest.mark.parametrize("code", [c if c in FAST else pytest.param(c, marks=pytest.mark.slow) for c in PROMISED])
def test_a_promised_code_is_found_at_its_line_and_not_in_the_twin(code: str, running: Commands) -> None:
    fault = PROMISED[code]
    folder = CASES / fault.case
    found = running.watch("fault.py", folder=folder)
    finding = next(each for each in found.findings if each["code"] == code)
    assert (finding["file"], finding["severity"]) == ("fault.py", fault.severity)
    line = (folder / "fault.py").read_text(encoding="utf-8").splitlines()[finding["line"] - 1]
    assert fault.statement in line
    twin = running.watch("twin.py", folder=folder)
    assert not [each for each in twin.everything() if each["severity"] in ("error", "warning")]


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_a_fault_is_told_first_and_its_twin_is_clean(name: str, running: Commands) -> None:
    case = told_of(name)
    code, also = str(case["code"]), set(case["also"])  # type: ignore[call-overload]
    found = running.watch("fault.py", "0", folder=CASES / name)
    assert code in found.codes()
    above = [each["code"] for each in found.findings if each["severity"] in ("error", "warning")]
    assert (above or [each["code"] for each in found.findings])[0] == code
    assert set(above) <= {code, *also}
    twin = running.watch("twin.py", "0", folder=CASES / name)
    assert code not in twin.codes()
    assert not [each["code"] for each in twin.everything() if each["severity"] in ("error", "warning")]


def test_every_rule_has_a_case() -> None:
    found = {told_of(path.name)["code"] for path in CASES.iterdir() if (path / "case.json").exists()}
    assert set(RULES) - found == set()


def test_run_without_json_keeps_what_the_script_prints_and_how_it_ends(running: Commands, tmp_path: Path) -> None:
    text = (CASES / "L103_softmax_of_one" / "fault.py").read_text(encoding="utf-8").replace("range(20)", "range(2)")
    (tmp_path / "train.py").write_text(f"{text}\nprint('to stderr', file=sys.stderr)\nsys.exit(7)\n")
    exit_code, out, err = running.run("run", "train.py", "3", folder=tmp_path)
    assert exit_code == 7
    assert out.startswith("accuracy 0.")
    assert "L103 error  single-output-cross-entropy" in out
    assert err == "to stderr\n"
