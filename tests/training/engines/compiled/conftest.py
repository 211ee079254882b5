"""Compiled code is kept in a folder of the test run's own."""

import os

import pytest


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    before = os.environ.get("PELLUCID_CACHE")
    os.environ["PELLUCID_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["PELLUCID_CACHE"]
    else:
        os.environ["PELLUCID_CACHE"] = before
