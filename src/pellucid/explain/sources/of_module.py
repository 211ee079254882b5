"""A PyTorch module of plain layers, one behind the other."""

import copy
from collections.abc import Sequence
from typing import Any

import torch
from numpy.typing import ArrayLike
from torch import nn

from pellucid.activations import ACTIVATIONS
from pellucid.errors import CONTRACT_RULES, ContractError, UsageError
from pellucid.explain.sources.layers_of_modules import convert, leaves
from pellucid.explain.sources.rows import Rows, read_rows, read_table
from pellucid.explain.subject import Subject, tensors
from pellucid.networks import Network, padded
from pellucid.objectives import LOSSES, ChosenLoss, Objective, choose
from pellucid.objectives.fitting import refuse
from pellucid.optimizers import OPTIMIZERS
from pellucid.records import ActivationLayer, FeatureLayer, LayerSpec, NetworkSpec, Recipe
from pellucid.records.passes import RemarkRecord
from pellucid.shapes import Array, Floats
from pellucid.training.settling import optimizer_numbers

__all__ = ["fitting_objective", "loss_of", "subject_of_module"]


def subject_of_module(
    module: nn.Module,
    X: Any,
    y: Any,
    *,
    loss: Any,
    optimizer: str,
    task: str | None = None,
    units: ArrayLike | None = None,
    names: Sequence[str] = (),
) -> Subject:
    """A module's network with its own parameters, as it predicts.

    Args:
        module: ``nn.Sequential`` of plain layers, or a module whose forward does its layers one after the other.
        X: Inputs ``[n, i]``.
        y: Targets.
        loss: Choice of a loss or a loss module of PyTorch; None: the right one for targets and output.
        optimizer: Choice of an optimizer.
        task: The target's task where ``y`` does not say it.
        units: Row numbers of pairs, triplets or sequences.
        names: Of the inputs.

    Raises:
        UsageError: If the module has other layers, or its forward does something else; names them.
        ContractError: If no loss fits the targets and this output.
    """
    inputs = read_table(_plain(X))
    layers, arrays, absent = _layers(module, inputs.shape[1])
    network = Network([NetworkSpec(layers=tuple(layers))])
    asked = loss_of(loss)
    rows = read_rows(inputs, _plain(y), loss=asked, task=task, outputs=network.outputs, units=units)
    link = layers[-1] if isinstance(layers[-1], ActivationLayer) else None
    objective, remarks = fitting_objective(asked, rows, link, network.outputs)
    recipe = Recipe(optimizer=optimizer)
    rule = OPTIMIZERS(optimizer)
    twin = copy.deepcopy(module).double().eval()
    _require_same(twin, inputs, network, arrays)
    return Subject(
        network=network,
        parameters=tensors(network, arrays, recipe=recipe, absent=absent),
        objective=objective,
        data=rows.data,
        recipe=recipe,
        optimizer=rule,
        numbers=optimizer_numbers(recipe, rule),
        training=False,
        absent=absent,
        names=tuple(names),
        classes=rows.classes,
        twin=twin,
        remarks=remarks,
    )


def _plain(values: Any) -> Any:
    return values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else values


def _layers(module: nn.Module, width: int) -> tuple[list[LayerSpec], dict[str, Array], frozenset[str]]:
    layers: list[LayerSpec] = [FeatureLayer(numeric=width)]
    arrays: dict[str, Array] = {}
    absent: set[str] = set()
    for path, leaf in leaves(module):
        converted = convert(path, leaf, width)
        if converted is None:
            continue
        number = len(layers)
        layers.append(converted.spec)
        arrays |= {f"{number}.{name}": own for name, own in converted.arrays.items()}
        absent |= {f"{number}.{name}" for name in converted.absent}
        width = NetworkSpec(layers=tuple(layers)).outputs
    if not arrays:
        raise UsageError(f"{type(module).__name__} has no layer with parameters, so there is nothing to explain.")
    return layers, arrays, frozenset(absent)


def _require_same(twin: nn.Module, inputs: Floats, network: Network, arrays: dict[str, Array]) -> None:
    """Refuse a module whose forward is not its layers one after the other."""
    x = torch.zeros(1, len(inputs), padded(inputs.shape[1]), dtype=torch.float64)
    x[0, :, : inputs.shape[1]] = torch.as_tensor(inputs)
    recipe = Recipe()
    with torch.no_grad():
        try:
            theirs = twin(torch.as_tensor(inputs))
        except Exception as error:  # a stranger's forward may raise anything
            raise UsageError(f"The model cannot be called with rows of {inputs.shape[1]} numbers: {error}") from error
        ours = network.forward(tensors(network, arrays, recipe=recipe).views, x)[0][0, :, : network.outputs]
    flat = theirs.reshape(len(inputs), -1) if isinstance(theirs, torch.Tensor) else None
    if flat is None or flat.shape != ours.shape or not torch.allclose(flat, ours, rtol=1e-6, atol=1e-9, equal_nan=True):
        raise UsageError(
            f"{type(twin).__name__} does something else than its layers one after the other. Pass a "
            "torch.nn.Sequential of the layers."
        )


def loss_of(loss: Any) -> str | ChosenLoss:
    """A choice of a loss from what a person has: a name, a choice, or a loss module of PyTorch.

    Raises:
        UsageError: If a module has options that are not told.
    """
    if loss is None:
        return "auto"
    if not isinstance(loss, nn.Module):
        return str(loss)
    name = type(loss).__name__
    if getattr(loss, "reduction", "mean") not in ("mean", "batchmean"):
        raise UsageError(f"{name}(reduction={loss.reduction!r}) is not told. Use the mean over rows.")
    if getattr(loss, "weight", None) is not None:
        raise UsageError(f"{name} with weights is not told. Leave the weights out, or pass a pellucid.Recipe.")
    entry = LOSSES[name]
    shared = {each.name: getattr(loss, each.name) for each in entry.parameters if hasattr(loss, each.name)}
    weight = shared.pop("pos_weight", None)
    if weight is not None:
        shared["pos_weight"] = weight.reshape(-1).tolist()
    return LOSSES(entry.name, **{key: value for key, value in shared.items() if value is not None})


def fitting_objective(
    loss: str | ChosenLoss, rows: Rows, link: ActivationLayer | None, outputs: int
) -> tuple[Objective, tuple[RemarkRecord, ...]]:
    """The objective of a network that is as it is; what does not fit becomes a remark.

    Args:
        loss: Choice of a loss; ``auto``: the right one.
        rows: With the target.
        link: Activation at the output; None: none.
        outputs: Width of the output.

    Raises:
        UsageError: If the loss cannot be computed of so many outputs.
        ContractError: If no loss is given, and none fits.
    """
    activation = ACTIVATIONS("identity") if link is None else ACTIVATIONS(link.name, **link.numbers)
    if str(loss) == "auto":
        return choose("auto", rows.target, output_activation=str(activation), outputs=outputs), ()
    chosen = LOSSES(loss)
    if rows.target.task not in chosen.entry.targets:
        refusal = refuse(chosen, rows.target, activation, outputs)
        assert refusal is not None
        raise ContractError(refusal.code, refusal.reason)
    needed = chosen.entry.outputs(rows.target, chosen.numbers)
    if needed not in (0, outputs):
        raise UsageError(
            f"{chosen} needs {needed} outputs for this target, and the network has {outputs}. Choose another loss, or "
            "say what the target is with task=…."
        )
    refusal = refuse(chosen, rows.target, activation, outputs)
    remarks = () if refusal is None else (_remark(refusal.code, refusal.reason),)
    return Objective(chosen, rows.target, str(activation), 0 if needed else outputs), remarks


def _remark(code: str, reason: str) -> RemarkRecord:
    return RemarkRecord(kind=CONTRACT_RULES[code].replace("-", " "), place="loss", sentence=reason, rule=code)
