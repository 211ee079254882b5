"""What is learnt of one model while it is called."""

import copy
from typing import Any

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.dropout import _DropoutNd
from torch.nn.parameter import is_lazy

from pellucid.doctor.facts import LayerSeen, ModelSeen, Place
from pellucid.doctor.observing.rows import NUMBERS, Rows
from pellucid.doctor.observing.samples import first_rows, first_tensor, is_plain_tensor, quietly

__all__ = ["Learnt"]

_LARGEST = 50_000_000  # numbers of a model that is still copied
_ARGUMENTS = 1 << 20  # numbers of its first arguments that are kept
_CLOSELY = 3  # calls of every phase in which all functions are recorded
_SHAPES = 4  # batch shapes of every phase that are looked at anew
_LIGHTLY = 3  # calls at the start of every later pass in which losses are looked for
_LAYERS = 2_000
_FULLY = 4  # models of which as many rows as possible are kept


class Learnt:
    """A model and what was learnt of it.

    Attributes:
        seen: The facts.
        number: In the session's list.
        trained: Rows that it was trained on.
        judged: Rows that it was only judged on.
        noisy: Path and module of its layers that behave otherwise in training.
        paths: ``id`` of every module in it → its path.
        outputs: Its first results in training.
        calls: Calls of it that were looked at.
        in_pass: Of these, those in the current pass.
        copied: Numbers of the copy.
        has_losses: Whether it works out a loss itself.
        is_followed_by_losses: Whether losses are to be looked for when it returns.
    """

    def __init__(self, module: nn.Module, number: int, place: Place | None, blind: str = "") -> None:
        self.seen = ModelSeen(module, type(module).__name__, place, blind=blind)
        self.number = number
        # A search over many models must not keep rows of all of them.
        most = NUMBERS if number < _FULLY else NUMBERS // 32
        self.trained = Rows(most=most)
        self.judged = Rows(most=most)
        self.outputs = Rows(most=most)
        self.calls = 0
        self.has_losses = False
        self.is_followed_by_losses = False
        self.in_pass = 0
        self._late = False
        self.copied = 0
        self._closely: dict[tuple[bool, bool], int] = {}
        self._shapes: dict[tuple[bool, bool], set[Any]] = {}
        self.find_modules()

    def find_modules(self) -> None:
        """Looks up paths, and layers that behave otherwise in training."""
        self.paths = {id(module): path for path, module in self.seen.module.named_modules()}
        self.noisy = [
            (path, module)
            for path, module in self.seen.module.named_modules()
            if isinstance(module, _DropoutNd) or (isinstance(module, _NormBase) and module.track_running_stats)
        ]

    def modes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Paths of dropout and batch norm in training mode, and of those in evaluation mode."""
        return (
            tuple(path for path, module in self.noisy if module.training),
            tuple(path for path, module in self.noisy if not module.training),
        )

    def wants_a_close_look(self, kind: tuple[bool, bool], shape: tuple[int, ...] | None) -> bool:
        """Whether calls of this kind were looked at too seldom so far; counts this one, if so."""
        shapes = self._shapes.setdefault(kind, set())
        count = self._closely.get(kind, 0)
        is_new = shape not in shapes and len(shapes) < _SHAPES
        if count < _CLOSELY or is_new:
            shapes.add(shape)
            self._closely[kind] = count + 1
            return True
        return False

    def wants_losses(self, kind: tuple[bool, bool]) -> bool:
        """Whether the losses of this call are still to be seen: the first of every pass without gradients."""
        return not kind[1] and self.in_pass <= _LIGHTLY

    def before_first_call(self, args: tuple[Any, ...], kwargs: dict[str, Any], room: int) -> str:
        """Keeps the model as it is, and its arguments; what could not be done, in a sentence."""
        arguments = (*args, *kwargs.values())
        with quietly():
            self.seen.arguments = tuple(_copied(value) for value in arguments)
        self._late = any(is_lazy(parameter) for parameter in self.seen.module.parameters())
        return "" if self._late else self._keep_initial(room)

    def after_first_call(self, room: int) -> str:
        """Keeps a model whose weights appeared during its first call; what could not be done, in a sentence."""
        if not self._late:
            return ""
        self.find_modules()
        return self._keep_initial(room)

    def _keep_initial(self, room: int) -> str:
        module = self.seen.module
        numbers = sum(tensor.numel() for tensor in (*module.parameters(), *module.buffers()))
        if numbers > min(_LARGEST, room):
            return f"{self.seen.name} has {numbers:,} numbers and was not copied; no experiments were made with it."
        self.copied = numbers
        try:
            with quietly():
                self.seen.initial = copy.deepcopy(module)
        except Exception as error:
            return f"{self.seen.name} could not be copied for experiments ({type(error).__name__}: {error})."
        return ""

    def layer_was_called(self, path: str | None, module: nn.Module, args: tuple[Any, ...], result: Any) -> None:
        """Notes a module without modules of its own, in the first pass."""
        if self.calls == 1 and len(self.seen.layers) < _LAYERS and not any(True for _ in module.children()):
            given, made = first_tensor(args), first_tensor(result)
            self.seen.layers.append(
                LayerSeen(
                    path or "",
                    module,
                    None if given is None else tuple(given.shape),
                    None if made is None else tuple(made.shape),
                )
            )

    def keep_outputs(self, result: Any) -> None:
        """Keeps results in training, before the first update."""
        output = first_tensor(result)
        if output is not None and output.dim() and is_plain_tensor(output) and not self.outputs.full:
            self.outputs.add(output, None)

    def path_of(self, module: nn.Module) -> str:
        """Path of a module in the model; its class in brackets, if it is registered nowhere."""
        known: str | None = self.paths.get(id(module))
        return f"({type(module).__name__})" if known is None else known

    def tell(self) -> None:
        """Writes the rows into the facts."""
        self.seen.inputs, self.seen.targets = self.trained.joined()
        self.seen.judged_inputs, self.seen.judged_targets = self.judged.joined()
        self.seen.outputs, _ = self.outputs.joined()
        self.seen.input_sizes = list(self.trained.sizes)


def _copied(value: Any) -> Any:
    """Detached copies of tensors, all else as it is."""
    if isinstance(value, Tensor):
        return first_rows(value, rows=1 << 30, numbers=_ARGUMENTS) if is_plain_tensor(value) else value.detach()
    if isinstance(value, tuple | list):
        return type(value)(_copied(member) for member in value) if type(value) in (tuple, list) else value
    if type(value) is dict:
        return {name: _copied(member) for name, member in value.items()}
    return value
