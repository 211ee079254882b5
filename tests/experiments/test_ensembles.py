"""Members of one fit, and members of several recipes in one file."""

import msgspec
import numpy as np
import pytest

from pellucid.experiments import FitOptions
from pellucid.experiments.choosing import choose_recipe
from pellucid.experiments.ensembles import train_ensemble
from pellucid.experiments.preparing import decide, prepare
from pellucid.models import Manifest, Model, assemble
from pellucid.tables import read_table


def a_table(rows=90):
    draw = np.random.default_rng(0)
    x = draw.normal(size=(rows, 2))
    words = draw.choice([f"street {number}" for number in range(12)], rows).astype(object)
    return read_table({"a": x[:, 0], "b": x[:, 1], "street": words, "y": np.where(x[:, 0] > 0, "yes", "no")})


@pytest.fixture(name="prepared", scope="module")
def _prepared():
    decided = decide(a_table(), FitOptions(target=("y",)))
    return prepare(decided, choose_recipe(FitOptions(target=("y",)), "binary", 72)[1])


def trained(prepared, **options):
    asked = FitOptions(target=("y",), epochs=2, **options)
    return train_ensemble(prepared, choose_recipe(asked, "binary", 72)[0], members=2)


def model(prepared, members):
    assembly = assemble(members)
    manifest = Manifest(
        pellucid="0",
        created="",
        task="binary",
        encoding=prepared.encoding,
        target_encoding=prepared.target_encoding,
        **assembly.fields,
    )
    return Model(manifest, assembly.arrays)


def test_members_of_two_recipes_and_losses_predict_together_by_their_weights(prepared):
    first, second = trained(prepared, hidden=(4,)), trained(prepared, hidden=(3, 3), loss="bce_with_logits")
    both = model(prepared, [*first.contributions(0.75), *second.contributions(0.25)])
    assert [part.head for part in both.manifest.parts] == ["softmax", "sigmoid"]
    alone = [model(prepared, each.contributions()).predict_proba(a_table()) for each in (first, second)]
    assert both.predict_proba(a_table()) == pytest.approx(0.75 * alone[0] + 0.25 * alone[1], rel=1e-12)


def test_members_of_one_recipe_count_alike_and_fill_the_file_of_one_part(prepared):
    ensemble = trained(prepared, hidden=(4,))
    assembly = assemble(ensemble.contributions())
    assert assembly.fields.keys() == {"network", "members", "head"}
    arrays = ensemble.arrays()
    assert assembly.arrays.keys() == arrays.keys()
    assert all((assembly.arrays[name] == values).all() for name, values in arrays.items())
    assert msgspec.json.encode(assembly.fields["network"]) == msgspec.json.encode(ensemble.result.network(0))
