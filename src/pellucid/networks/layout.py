"""Where a stack's parameters live: one flat buffer per group, one view ``[m, …]`` per parameter.

Parameters that share their learning-rate factor and decay form a *group*; a group is one flat piece of a buffer, so
that an update rule whose numbers agree over members touches it with one call per operation. Every view is contiguous (a
batched matrix product writes its result straight into a gradient's view) and starts at a multiple of 64 bytes.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from pellucid.shapes import Array

__all__ = ["MULTIPLE", "Group", "ParameterSpec", "Tensors", "padded"]

# Widths and batches are padded to this. The matrix products of MKL then give the same bits wherever a member stands.
MULTIPLE = 16


def padded(width: int) -> int:
    """The width rounded up to a multiple of 16."""
    return -(-width // MULTIPLE) * MULTIPLE


@dataclass(frozen=True)
class ParameterSpec:
    """One parameter of a network.

    Attributes:
        name: ``<layer number>.<parameter>``, as in the model file.
        shape: Padded shape without the member axis; its size is a multiple of 16, so that no member's first value
            shares a vector register with its neighbour's last.
        true_shape: Shape of the part that is used, the leading corner of ``shape``; the rest stays 0.
        file_shape: Its shape in the model file: ``true_shape``, without the singleton axis that broadcasting wants.
        kind: weight, bias, scale, shift, slope, frequency, mixing or category; learning-rate factors speak of kinds.
            Also statistic: what is not learned but kept up by the forward pass.
        fan_in: Inputs per unit, for initialisation and width-scaled learning rates; 1 where it has no meaning.
    """

    name: str
    shape: tuple[int, ...]
    true_shape: tuple[int, ...]
    file_shape: tuple[int, ...]
    kind: str
    fan_in: int = 1

    def __post_init__(self) -> None:
        if self.size % MULTIPLE:
            raise ValueError(f"{self.name}: the size of shape {self.shape} is not a multiple of {MULTIPLE}")

    @cached_property
    def size(self) -> int:
        """Numbers of one member, padding included."""
        return math.prod(self.shape)

    @cached_property
    def corner(self) -> tuple[slice, ...]:
        """Where the used part lies in ``shape``."""
        return tuple(slice(0, length) for length in self.true_shape)

    @classmethod
    def per_unit(cls, name: str, width: int, kind: str) -> "ParameterSpec":
        """A number for each of ``width`` units, as a row that broadcasts over the batch."""
        return cls(name, (1, padded(width)), (1, width), (width,), kind)


@dataclass(frozen=True)
class Group:
    """Parameters that share their numbers.

    Attributes:
        names: The parameters.
        lr_factor: On the learning rate.
        decays: Whether weight decay and penalties apply.
        trained: Whether updates apply; statistics are left alone.
    """

    names: tuple[str, ...]
    lr_factor: float
    decays: bool
    trained: bool = True


class Tensors:
    """A tensor per parameter, grouped in flat buffers: parameters, gradients and optimiser states all look like this.

    Attributes:
        members: Length of the member axis.
        specs: The parameters.
        groups: How they are grouped.
        flat: One flat tensor per group, in the order of ``groups`` and of their memory; none where this is a slice of
            another stack.
        views: Name → tensor ``[m, *shape]``, a view into the group's flat tensor.
        device: Where they are.
    """

    def __init__(
        self,
        specs: Sequence[ParameterSpec],
        groups: Sequence[Group],
        members: int,
        *,
        dtype: torch.dtype,
        device: torch.device | str = "cpu",
    ) -> None:
        self.device = torch.device(device)
        self.members, self.specs, self.groups, self.dtype = members, tuple(specs), tuple(groups), dtype
        by_name = {spec.name: spec for spec in self.specs}
        lengths = [[members * by_name[name].size for name in group.names] for group in self.groups]
        # Groups lie behind one another, so that what treats them alike can take them for one.
        sizes = [sum(each) for each in lengths]
        self.flat: tuple[Tensor, ...] = torch.zeros(sum(sizes), dtype=dtype, device=self.device).split_with_sizes(sizes)
        self.views: dict[str, Tensor] = {}
        for group, flat, own in zip(self.groups, self.flat, lengths, strict=True):
            for name, piece in zip(group.names, flat.split_with_sizes(own), strict=True):
                self.views[name] = piece.view(members, *by_name[name].shape)
        self._slices: dict[tuple[int, int], Tensors] = {}

    @property
    def whole(self) -> bool:
        """Whether this owns its memory, so that ``flat`` holds everything; False for a slice."""
        return bool(self.flat)

    def slice(self, first: int, last: int) -> "Tensors":
        """Members ``first`` to ``last`` − 1, in the same memory: what changes there changes here; made once."""
        if (first, last) in self._slices:
            return self._slices[first, last]
        part = self._slices[first, last] = object.__new__(Tensors)
        part.members, part.specs, part.groups, part.dtype = last - first, self.specs, self.groups, self.dtype
        part.flat, part.device, part._slices = (), self.device, {}
        part.views = {name: view[first:last] for name, view in self.views.items()}
        return part

    def like(self) -> "Tensors":
        """Zeros of the same layout."""
        return Tensors(self.specs, self.groups, self.members, dtype=self.dtype, device=self.device)

    def to(self, device: torch.device | str) -> "Tensors":
        """The same values on a device; itself where that is its own."""
        if torch.device(device) == self.device:
            return self
        found = Tensors(self.specs, self.groups, self.members, dtype=self.dtype, device=device)
        for name, view in self.views.items():
            found.views[name].copy_(view)
        return found

    def take(self, members: Sequence[int]) -> "Tensors":
        """The same layout with only these members, copied."""
        taken = Tensors(self.specs, self.groups, len(members), dtype=self.dtype, device=self.device)
        chosen = torch.tensor(list(members), dtype=torch.int64, device=self.device)
        for name, view in self.views.items():
            taken.views[name].copy_(view.index_select(0, chosen))
        return taken

    @classmethod
    def join(cls, parts: Sequence["Tensors"]) -> "Tensors":
        """The members of several tensor sets of the same layout, one behind the other, copied."""
        first, count = parts[0], sum(part.members for part in parts)
        joined = cls(first.specs, first.groups, count, dtype=first.dtype, device=first.device)
        for name, view in joined.views.items():
            torch.cat([part.views[name] for part in parts], out=view)
        return joined

    def put(self, members: Sequence[int], source: "Tensors", source_members: Sequence[int]) -> None:
        """Overwrite ``members`` with ``source_members`` of another tensor set of the same shapes."""
        if _are_neighbours(members) and _are_neighbours(source_members):
            # Whoever trains beside each other mostly is beside each other here, and a plain copy is ten times as fast.
            first, start, count = members[0], source_members[0], len(members)
            everybody = count == self.members == source.members and self.groups == source.groups
            if everybody and self.whole and source.whole:
                for flat, own in zip(self.flat, source.flat, strict=True):
                    flat.copy_(own)
                return
            for name, view in self.views.items():
                view[first : first + count].copy_(source.views[name][start : start + count])
            return
        here = torch.tensor(list(members), dtype=torch.int64, device=self.device)
        there = torch.tensor(list(source_members), dtype=torch.int64, device=source.device)
        for name, view in self.views.items():
            view.index_copy_(0, here, source.views[name].index_select(0, there).to(self.device))

    def sound(self) -> Array:
        """Whether all of a member's values are finite, per member ``[m]``."""
        # A sum is finite only if every term is; it may also overflow, so that only a bad sum needs the long look.
        if self.whole and all(math.isfinite(flat.sum().item()) for flat in self.flat):
            return np.ones(self.members, dtype=bool)
        each = [view.flatten(1).isfinite().all(1) for view in self.views.values()]
        found: Array = torch.stack(each).all(0).cpu().numpy()
        return found

    def arrays(self, member: int | None = None) -> dict[str, Array]:
        """Plain copies of the used corner of every tensor: ``[m, *file_shape]``, or one member's ``[*file_shape]``."""
        found: dict[str, Array] = {}
        for spec in self.specs:
            view = self.views[spec.name]
            corner = view[(slice(None), *spec.corner)]
            array = np.ascontiguousarray(corner.cpu().numpy()).reshape(self.members, *spec.file_shape)
            found[spec.name] = array.copy() if member is None else array[member].copy()
        return found

    def load(self, member: int, arrays: Mapping[str, Array]) -> None:
        """Write one member's plain arrays into its used corners; padding stays 0. For tensors in main memory."""
        self.load_all([arrays], first=member)

    def load_all(self, arrays: Iterable[Mapping[str, Array]], *, first: int = 0) -> None:
        """The same for several members, from ``first`` on."""
        # Through NumPy, which rounds as torch does and starts sooner: hundreds of members are a matter of starts.
        places = [
            (spec.name, spec.true_shape, self.views[spec.name].numpy()[(slice(None), *spec.corner)])
            for spec in self.specs
        ]
        for member, own in enumerate(arrays, first):
            for name, shape, place in places:
                place[member] = own[name].reshape(shape)


def _are_neighbours(members: Sequence[int]) -> bool:
    """Whether they are some, in order and without a gap."""
    return len(members) > 0 and list(members) == list(range(members[0], members[0] + len(members)))
