"""What the compiled engine does not do, it says by name."""

import importlib.util
import subprocess
import sys

import pytest
import torch
from made_up_compiled import PLAIN, a_stack, a_table

from pellucid.training.engines.compiled import Compiled, available

REFUSED = (
    ({"norm": "layer_norm"}, "the layer LayerNorm is not compiled"),
    ({"norm": "batch_norm"}, "the layer BatchNorm is not compiled"),
    ({"input_scale": True}, "the layer Scale is not compiled"),
    ({"parametric_activation": True}, "its activations have learned slopes"),
    ({"activation": "prelu"}, "the activation prelu is not compiled"),
    ({"activation": "rrelu"}, "the activation rrelu is not compiled"),
    ({"activation": "glu"}, "the activation glu is not compiled"),
    ({"input_noise": 0.1}, "it puts noise on its inputs"),
    ({"gradient_noise": 0.1}, "it puts noise on its gradients"),
    ({"penalty": "max_norm(limit=1)"}, "the penalty max_norm is not compiled"),
    ({"penalty": "activity_l1"}, "it penalises hidden values"),
    ({"optimizer": "muon"}, "the optimizer muon is not compiled"),
    ({"optimizer": "adam(amsgrad=true)"}, "amsgrad is not compiled"),
    ({"optimizer": "lbfgs"}, "the optimizer lbfgs is not compiled"),
    ({"loss": "log_cosh"}, "the loss log_cosh is not compiled"),
    ({"number_frequencies": 16}, "it embeds columns"),
)


def with_compiler(monkeypatch):
    monkeypatch.setattr("pellucid.training.engines.compiled.refusing.available", lambda: True)


@pytest.mark.parametrize(("option", "reason"), REFUSED, ids=lambda each: str(each)[:40])
def test_a_reason_is_told(option, reason, monkeypatch):
    with_compiler(monkeypatch)
    assert Compiled.refuses(a_stack([PLAIN.replace(**option)])) == reason


def test_one_member_is_enough(monkeypatch):
    with_compiler(monkeypatch)
    recipes = [PLAIN, PLAIN.replace(activation="sine", seed=1)]
    assert Compiled.refuses(a_stack(recipes)) == "the activation sine is not compiled"


def test_double_precision_is_refused(monkeypatch):
    with_compiler(monkeypatch)
    assert Compiled.refuses(a_stack([PLAIN], dtype=torch.float64)) == "it computes in float64"


def test_several_quantiles_are_refused_for_their_output(monkeypatch):
    with_compiler(monkeypatch)
    recipe = PLAIN.replace(loss="quantile(levels=[0.1,0.9])")
    assert Compiled.refuses(a_stack([recipe], a_table())) == "the activation increasing is not compiled"


def test_a_missing_compiler_is_told(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not available()
    assert Compiled.refuses(a_stack([PLAIN])) == "llvmlite is not installed (pip install 'pellucid[fast]')"


def test_the_base_install_does_not_need_the_compiler():
    code = (
        "import sys; sys.modules['llvmlite'] = None\n"
        "from pellucid.training.engines.compiled import available\n"
        "sys.exit(available())"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_importing_it_loads_no_compiler():
    code = "import sys, pellucid.training.engines.compiled; sys.exit('llvmlite' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
