"""Small models with random parameters, and tables that they take."""

import numpy as np

from pellucid.encoding import Preparation, TargetEncoding, fit_encoding
from pellucid.models import Card, Manifest, Model
from pellucid.records import (
    ActivationLayer,
    FeatureLayer,
    LinearLayer,
    NetworkSpec,
    Recipe,
    ScaleLayer,
    Score,
    parameter_shapes,
)
from pellucid.tables import Column, Table, decide_columns, read_table

MEMBERS = 3


def made_up_table(rows=80, seed=0) -> Table:
    draw = np.random.default_rng(seed)
    return read_table(
        {
            "age": np.where(draw.random(rows) < 0.2, np.nan, draw.normal(40, 12, rows)),
            "fare": draw.lognormal(3, 1, rows),
            "sex": draw.choice(["female", "male"], rows).astype(object),
            "port": draw.choice(["C", "Q", "S"], rows).astype(object),
            "street": draw.choice([f"street {number}" for number in range(12)], rows).astype(object),
            "survived": draw.choice(["no", "yes"], rows).astype(object),
        }
    )


def made_up_manifest(task="binary", *, link=None, table=None, hidden=(20,), clamp=False, **preparation) -> Manifest:
    table = table or made_up_table()
    decisions, _ = decide_columns(table, "survived")
    encoding = fit_encoding(table, decisions, Preparation(scaling="robust_clip", **preparation), np.arange(table.rows))
    classes = {"binary": ("no", "yes"), "multiclass": ("a", "b", "c"), "regression": ()}[task]
    link = link or ("identity" if task == "regression" else "softmax")
    features = FeatureLayer(
        numeric=encoding.numeric,
        passed=encoding.passed,
        frequencies=16,
        embedding_size=4,
        categories=encoding.categories,
        category_size=8,
    )
    width = features.outputs
    layers = [features, ScaleLayer(width=width)]
    for units in hidden:
        layers += [
            LinearLayer(inputs=width, outputs=units),
            ActivationLayer(name="mish", width=units, parametric=True),
        ]
        width = units
    layers.append(LinearLayer(inputs=width, outputs=len(classes) if link == "softmax" else 1))
    number = TargetEncoding(kind="number", mean=100.0, spread=20.0, low=90.0, high=120.0)
    return Manifest(
        pellucid="0.1.0",
        created="2026-01-01T00:00:00Z",
        task=task,
        target="survived",
        classes=classes,
        network=NetworkSpec(layers=tuple(layers)),
        members=MEMBERS,
        link=link,
        clamp=clamp,
        encoding=encoding,
        target_encoding=TargetEncoding(kind="classes", classes=classes) if classes else number,
        card=Card(
            scores=(Score(metric="accuracy", value=0.8, low=0.7, high=0.9),),
            source=table.name,
            sha256=table.sha256,
            rows=table.rows,
            recipe={"hidden": list(Recipe().hidden)},
        ),
    )


def made_up_arrays(manifest, seed=0):
    draw = np.random.default_rng(seed)
    return {
        name: draw.normal(0, 0.4, (manifest.members, *shape)).astype(np.float32)
        for name, shape in parameter_shapes(manifest.network).items()
    }


def made_up_model(task="binary", **options) -> Model:
    manifest = made_up_manifest(task, **options)
    return Model(manifest, made_up_arrays(manifest))


def shuffled(table: Table, seed=0) -> tuple[Table, np.ndarray]:
    order = np.random.default_rng(seed).permutation(table.rows)
    return table.take(order), order


def with_column(table: Table, column: Column) -> Table:
    others = [other for other in table.columns if other.name != column.name]
    return Table(name=table.name, path="", sha256="", columns=(*others, column))
