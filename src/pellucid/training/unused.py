"""What a recipe asks for that its network has no place for: told, since the result would be the same without it."""

from pellucid.networks import Network
from pellucid.records import FeatureLayer, Finding, NetworkSpec, Recipe, Severity

__all__ = ["unused_parts"]


def unused_parts(recipe: Recipe, network: NetworkSpec) -> tuple[Finding, ...]:
    """One finding that names all of it (E313); none where everything asked for is there.

    Not refused: a sweep over depths may reach a network without hidden layers, and means the rest all the same.
    """
    parts = []
    if not recipe.hidden:
        between = {
            "dropout": recipe.dropout > 0,
            "norm": recipe.norm != "none",
            "parametric_activation": recipe.parametric_activation,
        }
        parts += [f"{field} (there is no hidden layer)" for field, asked in between.items() if asked]
    first = network.layers[0]
    if recipe.input_noise and isinstance(first, FeatureLayer) and not first.numeric:
        parts.append("input_noise (there is no column of numbers)")
    kinds = {spec.kind for spec in Network([network]).parameters} if recipe.lr_factors else set()
    absent = [kind for kind, _ in recipe.lr_factors if kind not in kinds]
    # A named recipe speaks of all kinds that a table may call for; only what was asked for in vain by itself is told.
    if absent and len(absent) == len(recipe.lr_factors):
        parts.append(f"lr_factors (there is no parameter of kind {', '.join(absent)})")
    if not parts:
        return ()
    return (
        Finding(
            code="E313",
            slug="dropout-defined-never-used",
            severity=Severity.WARNING,
            message=f"The recipe asks for what this network has no place for: {'; '.join(parts)}.",
            fix="Add a hidden layer, or leave it out.",
        ),
    )
