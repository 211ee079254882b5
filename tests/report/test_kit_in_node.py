"""The kit's own tests, run by Node where there is one."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from pellucid.records import pack_frames
from pellucid.report.kit import report_script

KIT = Path(__file__).parent / "kit"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="there is no node on the path to run JavaScript tests with")


def test_the_kits_own_tests_pass_and_it_unpacks_what_python_packs() -> None:
    frames = np.random.default_rng(5).integers(0, 256, (7, 12), dtype=np.uint8)
    told = {
        "PELLUCID_FRAMES": base64.b64encode(pack_frames(frames)).decode(),
        "PELLUCID_EXPECTED": json.dumps(frames.tolist()),
    }
    files = sorted(str(path) for path in KIT.glob("*.test.mjs"))
    ran = subprocess.run(
        [str(NODE), "--test", *files], env=os.environ | told, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "fail 0" in ran.stdout and "skipped 0" in ran.stdout


def test_the_joined_script_is_a_module_that_can_be_read(tmp_path: Path) -> None:
    script = tmp_path / "script.mjs"
    script.write_text(report_script(), "utf-8")
    ran = subprocess.run([str(NODE), "--check", str(script)], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
