"""The bar is drawn on a terminal, shows the time left, and leaves nothing behind but one line."""

from contextlib import redirect_stderr

import pytest
from handwritten_records import summary
from terminals import Terminal, a_terminal

from pellucid.cli.gauge import time_left
from pellucid.cli.layout import Ink
from pellucid.cli.progress import ScreenWatcher


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return a_terminal(monkeypatch)


def run(terminal: Terminal, *, fails: bool = False) -> None:
    with redirect_stderr(terminal), ScreenWatcher("t.csv", show_table=True, width=80, ink=Ink()) as watcher:
        watcher.data_ready(summary())
        watcher.training_started("8 networks 11-64-64-2, gelu, AdamW", 4)
        for epoch in (1, 2, 3) if fails else (1, 2, 3, 4):
            watcher.epoch_done(epoch, 4)
        if fails:
            raise RuntimeError("diverged")
        watcher.training_ended("best epochs 2 to 4", 0.5)


def test_a_terminal_sees_epochs(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    run(terminal)
    drawn = terminal.getvalue()
    assert "epoch 4/4" in drawn
    assert "100 %" in drawn
    assert "  8 networks 11-64-64-2, gelu, AdamW: best epochs 2 to 4, 0.5 s\n" in drawn
    assert "titanic.csv" not in drawn
    assert "\x1b" not in capsys.readouterr().out


def test_a_bar_that_training_left_behind_is_taken_away(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="diverged"):
        run(terminal, fails=True)
    drawn = terminal.getvalue()
    assert "epoch 3/4 1 s left" in drawn
    assert drawn.rfind("\x1b[?25h") > drawn.rfind("\x1b[?25l") >= 0


def test_no_color_takes_the_colour_and_leaves_the_bar(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    run(terminal)
    drawn = terminal.getvalue()
    assert "epoch 4/4" in drawn
    assert not any(f"\x1b[3{colour}m" in drawn or f"\x1b[38;5;{colour}" in drawn for colour in range(8))


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.2, "1 s left"), (12.2, "13 s left"), (75.0, "1 min 15 s left"), (7300.0, "122 min left")]
)
def test_the_time_left_is_told_in_words(seconds: float, told: str) -> None:
    assert time_left(seconds) == told
