"""Where a compiled network's values lie, and what its layers are as rows of whole numbers."""

from dataclasses import dataclass

import numpy as np

from pellucid.networks import Network, Tensors, padded
from pellucid.networks.activate import Activate
from pellucid.networks.dropout import Dropout
from pellucid.networks.linear import Linear
from pellucid.optimizers.optimizer import moving
from pellucid.shapes import Array, Codes, Floats
from pellucid.training.engines.compiled.codes import ACTIVATIONS, MERGED, activation_code
from pellucid.training.engines.compiled.work import LayerField, LayerKind, ParameterField, Place

__all__ = ["Laid", "lay_out", "members_activations"]

_LINE = 16


class _Memory:
    """Pieces of one array, handed out from front to back, each beginning at a multiple of 64 bytes."""

    def __init__(self, floats: int) -> None:
        self.array: Floats = np.zeros(floats + _LINE, dtype=np.float32)
        self._next = -(-self.array.ctypes.data // 64) * 64

    def take(self, floats: int) -> int:
        """Address of a fresh piece."""
        address, self._next = self._next, self._next + -(-floats // _LINE) * 64
        if self._next > self.array.ctypes.data + self.array.nbytes:
            raise MemoryError("a compiled network's memory was measured too small")
        return address

    def at(self, address: int, floats: int) -> Floats:
        """The numbers that lie at an address."""
        first = (address - self.array.ctypes.data) // self.array.itemsize
        return self.array[first : first + floats]


@dataclass(frozen=True)
class Laid:
    """A network's memory, for one member at a time.

    Attributes:
        memory: All of it; the addresses hold as long as it does.
        places: See ``work.Place``, those of the data left 0.
        layers: See ``work.LayerField``.
        parameters: See ``work.ParameterField``.
    """

    memory: Floats
    places: Codes
    layers: Codes
    parameters: Codes


def _compiled_layers(network: Network, *, drops: bool) -> list[Linear | Activate | Dropout]:
    """The layers that do something while training."""
    return [
        layer
        for layer in network.layers
        if isinstance(layer, Linear | Activate) or (isinstance(layer, Dropout) and drops)
    ]


def lay_out(network: Network, parameters: Tensors, batch: int, width: int, outputs: int, *, drops: bool) -> Laid:
    """Lay out a network.

    Args:
        network: Its layers.
        parameters: For their order and groups.
        batch: Rows of a batch, a multiple of 16.
        width: Of the table's rows, padded.
        outputs: True width of the output.
        drops: Whether any member drops hidden values.
    """
    layers = _compiled_layers(network, drops=drops)
    widths, now = [width], width
    for layer in layers:
        now = padded(layer.outputs) if isinstance(layer, Linear) else now
        widths.append(now)
    sizes = [int(np.prod(spec.shape)) for spec in parameters.specs]
    widest, last = max(widths), widths[-1]
    # Values of every layer with masks, two gradients of them, gradients of parameters, zeros and ones, a window, the
    # columns of the loss, and a panel of a matrix.
    floats = (
        batch * (2 * sum(widths) + 2 * widest)
        + sum(sizes)
        + 2 * widest
        + 2 * _LINE
        + 3 * batch * last
        + _LINE * max(batch, widest)
    )
    memory = _Memory(floats + _LINE * (2 * len(layers) + len(sizes) + 16))

    places = np.zeros(len(Place), dtype=np.int64)
    rows = np.zeros((len(layers), len(LayerField)), dtype=np.int64)
    order = {spec.name: number for number, spec in enumerate(parameters.specs)}
    x = places[Place.FIRST] = memory.take(batch * width)
    first = True
    true = width
    for number, (layer, inputs, given) in enumerate(zip(layers, widths, widths[1:], strict=False)):
        row, y = rows[number], memory.take(batch * given)
        row[[LayerField.INPUTS, LayerField.OUTPUTS, LayerField.X, LayerField.Y]] = inputs, given, x, y
        if number:
            rows[number - 1, LayerField.Y_AFTER] = y
        if isinstance(layer, Linear):
            row[LayerField.ENTERING], true = layer.inputs, layer.outputs
            row[[LayerField.KIND, LayerField.NEEDS_INPUT]] = LayerKind.LINEAR, not first
            row[[LayerField.WEIGHT, LayerField.BIAS]] = order[layer.weight], order[layer.bias]
            first = False
        elif isinstance(layer, Activate):
            row[LayerField.KIND] = LayerKind.ACTIVATION
        else:
            row[[LayerField.KIND, LayerField.STREAM]] = LayerKind.DROPOUT, layer.stream
            row[LayerField.MASK] = memory.take(batch * given)
        row[LayerField.USED] = true
        x = y
    places[Place.LAST] = x
    places[[Place.BATCH, Place.TABLE_WIDTH, Place.OUTPUT_WIDTH, Place.OUTPUTS]] = batch, width, last, outputs
    for place, size in {
        Place.PULLED: batch * widest,
        Place.PULLED_ON: batch * widest,
        Place.ZEROS: widest,
        Place.ONES: widest,
        Place.WINDOW: 2 * _LINE,
        Place.COLUMNS: batch * last,
        Place.SLOPES: batch * last,
        Place.AIMS: batch * last,
        Place.PACKED: _LINE * max(batch, widest),
    }.items():
        places[place] = memory.take(size)
    memory.at(places[Place.ONES], widest)[:] = 1.0
    memory.at(places[Place.WINDOW], _LINE).view(np.int32)[:] = -1

    described = np.zeros((len(sizes), len(ParameterField)), dtype=np.int64)
    group_of = {name: group for group in parameters.groups for name in group.names}
    for number, (spec, size) in enumerate(zip(parameters.specs, sizes, strict=True)):
        group = group_of[spec.name]
        # Rows of padding stay 0.
        used = size // spec.shape[0] * spec.true_shape[0]
        described[number] = used * 4, moving(group), group.trained, group.decays, memory.take(size)
    return Laid(memory.array, places, rows, described)


def members_activations(network: Network, *, drops: bool) -> tuple[Codes, Array]:
    """Codes ``[m, layers, 2]`` as in ``Work.activations``, and the activations' numbers ``[m, layers, 2]``."""
    layers = _compiled_layers(network, drops=drops)
    codes = np.zeros((network.members, len(layers), 2), dtype=np.int64)
    bends = np.zeros((network.members, len(layers), 2), dtype=np.float32)
    for number, layer in enumerate(layers):
        if not isinstance(layer, Activate):
            continue
        for part in layer.slices:
            at_zero = part.entry.at_zero
            for member, chosen in enumerate(part.chosen, part.first):
                found = activation_code(chosen.name, chosen.numbers)
                assert found is not None
                speaks = at_zero is not None and at_zero(chosen.numbers) != 0 and padded(layer.width) != layer.width
                codes[member, number] = found[0], speaks
                bends[member, number] = found[1]
    # A relu between two linear layers costs no passes of its own: their products do it while they have the numbers.
    for number, around in enumerate(zip(layers, layers[1:], layers[2:], strict=False), 1):
        if [type(layer) for layer in around] == [Linear, Activate, Linear]:
            merged = codes[:, number, 0] == ACTIVATIONS.index("relu")
            codes[merged, number - 1, 0] = codes[merged, number + 1, 1] = 1
            codes[merged, number, 0] = MERGED
    return codes, bends
