"""Parameters that share their numbers in an update."""

from collections.abc import Mapping, Sequence

from pellucid.networks.layout import Group, ParameterSpec

__all__ = ["group_parameters"]


def group_parameters(
    parameters: Sequence[ParameterSpec],
    *,
    lr_factors: Mapping[str, float],
    width_scaled: bool,
    decay_all: bool,
) -> list[Group]:
    """Group parameters that share learning-rate factor and decay; statistics, which no update touches, by themselves.

    Args:
        parameters: All of a network's parameters.
        lr_factors: Parameter kind → factor on its learning rate.
        width_scaled: Divide a weight's learning rate by √fan-in.
        decay_all: Decay every parameter, not weights alone.
    """
    found: dict[tuple[float, bool, bool], list[str]] = {}
    for spec in parameters:
        factor = lr_factors.get(spec.kind, 1.0)
        if width_scaled and spec.kind == "weight":
            factor /= spec.fan_in**0.5
        numbers = (factor, decay_all or spec.kind == "weight", True)
        if spec.kind == "statistic":
            numbers = (0.0, False, False)
        found.setdefault(numbers, []).append(spec.name)
    return [Group(tuple(names), *numbers) for numbers, names in found.items()]
