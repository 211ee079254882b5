"""Trained networks as a model file: what it says about itself, and its arrays."""

from collections.abc import Sequence

import msgspec

from pellucid.experiments.environment import version
from pellucid.experiments.preparing import Prepared
from pellucid.experiments.units.reconstruction import code_layers
from pellucid.models import Card, Contribution, Manifest, assemble
from pellucid.records import Recipe
from pellucid.shapes import Array

__all__ = ["model_of"]


def model_of(
    prepared: Prepared, networks: Sequence[Contribution], recipe: Recipe, created: str
) -> tuple[Manifest, dict[str, Array]]:
    """Manifest and arrays of networks that were trained on one prepared table, for ``models.write_model``.

    Args:
        prepared: Whose encoding the model brings along.
        networks: Those that predict together.
        recipe: Of the first of them, for the card.
        created: UTC time, ISO 8601.
    """
    decided = prepared.decided
    assembly = assemble(networks)
    manifest = Manifest(
        **assembly.fields,
        pellucid=version(),
        created=created,
        task=decided.target.task,
        clamp=not decided.target.classes,
        code_layers=code_layers(networks[0].network) if decided.target.task == "reconstruction" else 0,
        encoding=prepared.encoding,
        target_encoding=prepared.target_encoding,
        card=Card(
            source=decided.source.name,
            sha256=decided.source.sha256,
            rows=decided.source.rows,
            recipe=msgspec.to_builtins(recipe),
        ),
    )
    return manifest, assembly.arrays
