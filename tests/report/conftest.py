"""Run records written by hand, judged by the real evaluation."""

from collections.abc import Callable

import pytest
from made_up_runs import epoch_records, run_record

from pellucid.records import EpochRecord, RunRecord


@pytest.fixture(name="run_record")
def run_record_fixture() -> Callable[..., RunRecord]:
    return run_record


@pytest.fixture(name="epoch_records")
def epoch_records_fixture() -> Callable[..., list[EpochRecord]]:
    return epoch_records
