"""From LLVM's language to functions of this processor; the one file that needs llvmlite."""

import ctypes
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from llvmlite import binding

__all__ = ["Function", "compiled"]

Function: TypeAlias = Callable[[int], None]
"""Takes the address of a table of whole numbers, see ``kernel``; runs without the GIL."""

_PROTOTYPE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_lock = threading.Lock()
_functions: dict[str, Function] = {}
_machine: list[Any] = []


def compiled(text: str, name: str) -> Function:
    """The function of this name in a module, compiled at most once; it lives as long as the process.

    Args:
        text: The module. Arithmetic is done as it is written: products and sums are not contracted.
        name: Of the function.
    """
    with _lock:
        found = _functions.get(text)
        if found is None:
            found = _functions[text] = _made(text, name)
        return found


def _made(text: str, name: str) -> Function:
    if not _machine:
        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        target = binding.Target.from_triple(binding.get_process_triple())
        features = binding.get_host_cpu_features().flatten()
        _machine.append(
            target.create_target_machine(cpu=binding.get_host_cpu_name(), features=features, opt=2, jit=True)
        )
        _machine.append(binding.create_mcjit_compiler(binding.parse_assembly(""), _machine[0]))
    target, engine = _machine
    module = binding.parse_assembly(text)
    module.verify()
    engine.add_module(module)
    engine.finalize_object()
    return _PROTOTYPE(engine.get_function_address(name))
