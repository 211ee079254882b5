"""Waiting for a library that a program imports."""

import sys
from pathlib import Path

import pytest

from pellucid.doctor.running.arrival import Arrival


def test_something_is_done_once_a_module_was_imported_and_the_loader_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "late_library.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    seen: list[int] = []
    arrival = Arrival("late_library", lambda: seen.append(sys.modules["late_library"].value))
    arrival.wait()
    import json.decoder  # noqa: F401  # others pass

    assert seen == []
    import late_library  # type: ignore[import-not-found]

    assert seen == [1]
    assert "exec_module" not in vars(late_library.__spec__.loader)
    assert arrival not in sys.meta_path
    Arrival("late_library", lambda: seen.append(2)).wait()
    assert seen == [1, 2]
    del sys.modules["late_library"]


def test_who_gives_up_is_told_nothing() -> None:
    arrival = Arrival("never_there", lambda: None)
    arrival.wait()
    arrival.give_up()
    assert arrival not in sys.meta_path


def test_a_module_that_is_not_there_stays_missing() -> None:
    arrival = Arrival("never_there", lambda: None)
    arrival.wait()
    with pytest.raises(ModuleNotFoundError, match="never_there"):
        import never_there  # type: ignore[import-not-found]  # noqa: F401
    arrival.give_up()
