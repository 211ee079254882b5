"""What a look at a network and its outputs rules out: a rule copies the network, and most networks are in order."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from pellucid.doctor.facts import ModelSeen

__all__ = ["is_ruled_out"]

# Activations that are exactly 0 or flat somewhere, as PyTorch's modules; those of ours may be anything.
_NEVER_OFF = (nn.Tanh, nn.Sigmoid, nn.SELU, nn.ELU, nn.CELU, nn.GELU, nn.SiLU, nn.Mish, nn.Softplus, nn.LeakyReLU)
_NEVER_FLAT = (nn.ReLU, nn.SELU, nn.ELU, nn.CELU, nn.GELU, nn.SiLU, nn.Mish, nn.Softplus, nn.LeakyReLU, nn.PReLU)
_ROOMS = ("torch.nn.modules.activation", "pellucid.networks.torch_activations")
# Wider than the rules' own limits, which are 1e-6 and 0.995: nothing that they would tell is lost.
_ALIKE, _MOST = 1e-4, 0.98


def is_ruled_out(code: str, model: ModelSeen, outputs: Tensor) -> bool:
    """Whether a rule has nothing to tell of a trained network.

    Args:
        code: The rule; False for those that have no such look.
        model: The network.
        outputs: Of its ``inputs``, in evaluation mode ``[n, o]``.
    """
    look = _LOOKS.get(code)
    return look is not None and look(model.module, outputs)


def _is_never_off(network: nn.Module, outputs: Tensor) -> bool:
    return all(isinstance(each, _NEVER_OFF) for each in _activations(network))


def _is_never_flat(network: nn.Module, outputs: Tensor) -> bool:
    return all(isinstance(each, _NEVER_FLAT) for each in _activations(network))


def _activations(network: nn.Module) -> list[nn.Module]:
    """A mixture with the identity is what the activation within it is."""
    parts = [each for each in network.modules() if not list(each.children()) or type(each).__name__ == "_Own"]
    return [each for each in parts if type(each).__module__ in _ROOMS]


def _differ(network: nn.Module, outputs: Tensor) -> bool:
    return bool((outputs - outputs[:1]).abs().max() > _ALIKE * outputs.abs().max())


def _get_several_classes(network: nn.Module, outputs: Tensor) -> bool:
    if outputs.dim() != 2:
        return False
    if outputs.shape[1] == 1:
        # Above one half, or above 0 before the sigmoid: by both borders the rows must fall on both sides.
        return all(0.02 < float((outputs > border).double().mean()) < _MOST for border in (0.0, 0.5))
    return bool(torch.bincount(outputs.argmax(1)).max() < _MOST * len(outputs))


_LOOKS: Mapping[str, Callable[[nn.Module, Tensor], bool]] = {
    "T601": _is_never_off,
    "T602": _is_never_flat,
    "D409": _differ,
    "D411": _get_several_classes,
}
