"""From terms to a function that Python can call."""

import ctypes
from collections.abc import Callable
from typing import Any

from llvmlite import binding, ir

from pellucid.training.engines.compiled.kernels.control import write_function
from pellucid.training.engines.compiled.kernels.terms import LONG, Term

__all__ = ["Machine", "optimised"]

_NAME = "pellucid"


class Machine:
    """This processor, as the compiler knows it.

    Attributes:
        kind: Name and abilities of the processor, and the compiler's version: what code for it depends on.
    """

    def __init__(self) -> None:
        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        triple = binding.get_process_triple()
        name, features = binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()
        self.kind = f"{triple} {name} {features} LLVM {'.'.join(map(str, binding.llvm_version_info))}"
        target = binding.Target.from_triple(triple)
        self._target = target.create_target_machine(cpu=name, features=features, opt=3, jit=True)
        self._engines: list[Any] = []

    def compile(self, write: Callable[..., Term | None], arguments: int) -> bytes:
        """A function of so many terms, all of them whole numbers, as an object file for this processor."""
        made: bytes = self._target.emit_object(optimised(write, arguments, self._target))
        return made

    def load(self, code: bytes, arguments: int) -> Callable[..., None]:
        """What ``compile`` gave as a function, which runs without the GIL; it lives as long as this machine does."""
        engine = binding.create_mcjit_compiler(binding.parse_assembly(""), self._target)
        engine.add_object_file(binding.ObjectFileRef.from_data(code))
        engine.finalize_object()
        self._engines.append(engine)
        found: Callable[..., None] = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * arguments)(
            engine.get_function_address(_NAME)
        )
        return found


def optimised(write: Callable[..., Term | None], arguments: int, target: Any) -> Any:
    """A function of so many terms, all of them whole numbers, as LLVM's module for a target machine."""
    module = ir.Module(_NAME)
    module.triple, module.data_layout = target.triple, str(target.target_data)
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [LONG] * arguments), _NAME)
    write_function(function, write)
    parsed = binding.parse_assembly(str(module))
    parsed.verify()
    passes = binding.create_pass_builder(target, binding.create_pipeline_tuning_options(speed_level=3))
    passes.getModulePassManager().run(parsed, passes)
    return parsed
