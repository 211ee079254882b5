"""Losses: every call that is seen becomes part of a loss site."""

from typing import Any

import torch
from torch import Tensor, nn

from pellucid.doctor.facts import BY_HAND, LossCall, LossSite, Phase, Place
from pellucid.doctor.observing.graphs import Walk, history, number_of
from pellucid.doctor.observing.rows import GivenRows
from pellucid.doctor.observing.samples import ROWS, first_rows, is_plain_tensor, quietly
from pellucid.doctor.observing.scene import Part, Scene

__all__ = ["LossCalls", "PairOfRows"]

PairOfRows = tuple[Tensor | None, Tensor | None]

_NUMBERS = 1 << 16  # of an output or target that are kept
_CALLS = 6  # of every phase that are kept of one site
_SITES = 500
_JUDGED = 10_000  # values without gradients that are kept of one site
_MADE = 256  # losses, the latest, that a backward pass is expected of
_NOWHERE = Place("<unknown>", 0)


class LossCalls(Part):
    """Takes down losses.

    Attributes:
        by_function: Whether any loss is a function or put together by hand: the function mode alone sees such.
    """

    what = "Losses"

    def __init__(self, scene: Scene, rows: GivenRows) -> None:
        super().__init__(scene)
        self.by_function = False
        self._rows = rows
        self._sites: dict[tuple[str, str, int], LossSite] = {}
        self._kept: dict[tuple[int, Phase], int] = {}

    def was_called(
        self,
        kind: str,
        place: Place | None,
        module: nn.Module | None,
        options: dict[str, Any],
        output: Tensor | None,
        target: Tensor | None,
        value: Any,
        rows: PairOfRows | None = None,
    ) -> None:
        """A known loss was worked out; ``rows`` are those that were taken ahead of it."""
        if not self.works or not isinstance(value, Tensor):
            return
        try:
            self._take_down(kind, place, module, options, output, target, value, rows)
        except Exception as error:
            self.broke(error)

    def _take_down(
        self,
        kind: str,
        place: Place | None,
        module: nn.Module | None,
        options: dict[str, Any],
        output: Tensor | None,
        target: Tensor | None,
        value: Tensor,
        rows: PairOfRows | None,
    ) -> None:
        site = self._site(kind, place or _NOWHERE, module, options)
        if site is None:
            return
        if module is None:
            self.by_function = True
        self._rows.was_compared(output, target)
        node = number_of(value)
        if node is not None:
            made = self.scene.made
            made[node] = site
            if len(made) > _MADE:
                del made[next(iter(made))]
        self._keep(site, output, target, value, rows)

    def rows_ahead(
        self, kind: str, place: Place | None, output: Tensor | None, target: Tensor | None
    ) -> PairOfRows | None:
        """First rows of what a loss is about to be given, if it is one to keep and may stop the device they are on."""
        if not self.works or all(each is None or each.device.type == "cpu" for each in (output, target)):
            return None
        site = self._sites.get(_key(kind, place or _NOWHERE))
        if site is not None and self._kept.get((id(site), self.scene.phase()), 0) >= _CALLS:
            return None
        try:
            return _matching(output, target)
        except RuntimeError:  # it has stopped already
            return None

    def was_put_together(self, place: Place | None, value: Tensor, walk: Walk) -> None:
        """``backward`` was called on something that no known loss had part in."""
        site = self._site(BY_HAND, place or _NOWHERE, None, {})
        if site is None:
            return
        self.by_function = True
        site.trained = True
        site.made_of = site.made_of or walk.names
        output, target = self.scene.following.pair()
        self._rows.was_compared(output, target)
        self._keep(site, output, target, value)

    def were_passed_back(self, walk: Walk) -> bool:
        """A backward pass ran over these nodes; whether a known loss was among them."""
        found = False
        for number, site in self.scene.made.items():
            if number in walk.numbers:
                site.trained = found = True
        return found

    def _site(self, kind: str, place: Place, module: nn.Module | None, options: dict[str, Any]) -> LossSite | None:
        key = _key(kind, place)
        site = self._sites.get(key)
        if site is None and len(self._sites) < _SITES:
            site = self._sites[key] = LossSite(kind, place, module, options)
            self.scene.session.losses.append(site)
        return site

    def _keep(
        self,
        site: LossSite,
        output: Tensor | None,
        target: Tensor | None,
        value: Tensor,
        rows: PairOfRows | None = None,
    ) -> None:
        scene = self.scene
        phase = scene.phase()
        site.count += 1
        with quietly():
            kept = value.detach()
            if not phase.grad and len(site.judged) < _JUDGED and kept.dim() == 0:
                length = output.shape[0] if output is not None and output.dim() else 1
                site.judged.append((scene.session.updates, length, kept.clone() if kept.is_inference() else kept))
        key = (id(site), phase)
        if self._kept.get(key, 0) >= _CALLS:
            return
        self._kept[key] = self._kept.get(key, 0) + 1
        output_rows, target_rows = rows or _matching(output, target)
        site.calls.append(
            LossCall(
                output=output_rows,
                target=target_rows,
                output_shape=tuple(output.shape) if output is not None else (),
                target_shape=tuple(target.shape) if target is not None else (),
                value=_numbers(value),
                history=history(output) if output is not None else (),
                phase=phase,
                step=scene.session.updates,
                model=scene.model.number if scene.model is not None else None,
            )
        )


def _key(kind: str, place: Place) -> tuple[str, str, int]:
    return kind, place.file, place.line


def _numbers(value: Tensor) -> Tensor:
    """Of a loss; NaN where they cannot be had."""
    try:
        if is_plain_tensor(value):
            return first_rows(value)
    except RuntimeError:  # the loss has stopped its device
        pass
    return torch.tensor(float("nan"))


def _matching(output: Tensor | None, target: Tensor | None) -> PairOfRows:
    """First rows of both, equally many where they have equally many."""
    both = [tensor for tensor in (output, target) if tensor is not None and tensor.dim()]
    widest = max((max(1, tensor.numel() // max(1, tensor.shape[0])) for tensor in both), default=1)
    rows = max(1, min(ROWS, _NUMBERS // widest))

    def part(tensor: Tensor | None) -> Tensor | None:
        if tensor is None or not is_plain_tensor(tensor):
            return None
        return first_rows(tensor, rows=rows, numbers=1 << 30)

    return part(output), part(target)
