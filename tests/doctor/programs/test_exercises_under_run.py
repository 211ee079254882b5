"""The exercises as a person would write them in plain PyTorch: the doctor names their mistakes and no others.

The scripts in ``tests/exercises`` run unchanged under ``pellucid run --json``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from watched_programs import Commands, Told, commands

EXERCISES = Path(__file__).parents[2] / "exercises"
DATA = Path(__file__).parents[4] / "shared" / "data"


@dataclass(frozen=True)
class Expected:
    """What the doctor says about an exercise.

    Attributes:
        above: Codes of its errors and warnings, as roots or as what a root brings about. No other root is above info.
        also: Codes that are told as well, as effects or notes.
        table: The table that the script gets as its argument.
    """

    above: frozenset[str]
    also: frozenset[str] = frozenset()
    table: str = ""


def says(above: str, also: str = "", table: str = "") -> Expected:
    return Expected(frozenset(above.split()), frozenset(also.split()), table)


EXPECTED = {
    "ex01_logic_gate": says("", also="E311"),
    "ex02a_circles_linear": says("N501 E307 E312 T608"),
    "ex04_titanic_l1": says("L110 D401", table="titanic.csv"),
    # Squared error on classes is a proper score: a note, while the absolute error is a mistake.
    "ex04_titanic_mse": says("D401", also="L110", table="titanic.csv"),
    # It stops in its first batch, so that nothing is known of its columns yet.
    "ex04_titanic_nll": says("L105", table="titanic.csv"),
    "ex04_titanic_cross_entropy": says("L103 D401 E308", table="titanic.csv"),
    "ex04_titanic_kl_relu": says("L106 D401 E308", also="L107", table="titanic.csv"),
    # Its outputs are exactly 0, so that 0.5 is on no wrong side of anything: no E308.
    "ex04_titanic_kl_log_softmax": says("L103 D401 L106 L115", also="L107", table="titanic.csv"),
    "ex06_one_pass_classes": says("L101 N501"),
    "ex06_one_pass_regression": says("N501"),
    "ex06_one_pass_binary": says("L121 N501"),
    "ex07_backpropagation_relu": says("N502 T602"),
    "ex07_backpropagation_leaky_relu": says("N502 T602"),
    # Here the output is 0.98: the weights do move, though all alike.
    "ex07_backpropagation_sigmoid": says("N502"),
    "ex07_backpropagation_by_hand": says("G212"),
    "ex08_salaries": says("N501 D401 D403", also="D416 E311", table="ds_salaries.csv"),
    "ex08_salaries_leak": says("N501 D401 D403 D405", also="D416 E311", table="ds_salaries.csv"),
    "ex13_fashion_plain": says("E306", table="fashion-4443.npz"),
    "ex14_fashion_improved": says("E301 E313", also="G211", table="fashion-4443.npz"),
}


@pytest.fixture(scope="module", name="running")
def _running() -> Iterator[Commands]:
    yield from commands()


SLOW = {"ex02a_circles_linear", "ex04_titanic_l1", "ex04_titanic_mse", "ex04_titanic_kl_relu", "ex14_fashion_improved"}


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in EXPECTED])
def test_an_exercise_is_told_its_mistakes_and_no_others(name: str, running: Commands) -> None:
    expected = EXPECTED[name]
    if expected.table and not (DATA / expected.table).exists():
        pytest.skip("the real tables are not here")
    told = running.watch(f"{name}.py", str(DATA / expected.table) if expected.table else "0", folder=EXERCISES)
    grave = {each["code"] for each in told.everything() if each["severity"] != "info"}
    assert expected.above <= grave, told.findings
    assert told.roots("error", "warning") <= expected.above, told.findings
    assert expected.also <= told.codes()
    assert all(each["file"] in (None, f"{name}.py") for each in told.everything())
    check_what_it_printed(name, told)


def check_what_it_printed(name: str, told: Told) -> None:
    """The numbers by which these exercises are known."""
    known = {
        "ex01_logic_gate": ["Epoch 1000, Loss: 0.0", "Accuracy: 100.00%"],
        "ex02a_circles_linear": ["Test loss: 0.69", "Train loss: 0.022"],
        "ex04_titanic_cross_entropy": ["train loss 0.0000, val loss -0.0000"],
        "ex04_titanic_nll": ["Target 1 is out of bounds"],
        "ex04_titanic_kl_log_softmax": ["train loss 0.0000, val loss 0.0000"],
        "ex06_one_pass_classes": ["Loss: 1.0857"],
        "ex06_one_pass_regression": ["Loss: 5.1743"],
        "ex07_backpropagation_relu": ["Output: 1.0\nLoss: 0.0"],
        "ex07_backpropagation_by_hand": ["Output: 1.0"],
    }
    for part in known.get(name, []):
        assert part in told.printed


def test_every_exercise_is_run() -> None:
    assert {path.stem for path in EXERCISES.glob("*.py")} == set(EXPECTED)
