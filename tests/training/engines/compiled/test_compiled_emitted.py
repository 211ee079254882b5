"""What the compiler makes of the kernels for processors that the tests may not run on."""

import pytest

pytest.importorskip("llvmlite")
from llvmlite import binding

from pellucid.training.engines.compiled.kernels.machine import optimised
from pellucid.training.engines.compiled.kernels.steps import run


def test_no_store_is_of_chosen_numbers_only():
    """Some processors with AVX2 take dozens of cycles for one that writes only where a choice fell so."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    try:
        target = binding.Target.from_triple("x86_64-unknown-linux-gnu")
    except RuntimeError:
        pytest.skip("this compiler writes no code for x86")
    machine = target.create_target_machine(cpu="znver3", opt=3)
    found = machine.emit_assembly(optimised(run, 3, machine))
    assert "vfmadd" in found
    assert "maskmov" not in found
