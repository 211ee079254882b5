"""Small models with random parameters, and tables that they take."""

import numpy as np

from pellucid.encoding import EXPRESSIONS, Preparation, TargetEncoding, fit_encoding, target_spec
from pellucid.heads import HEADS
from pellucid.models import Card, Contribution, Manifest, Model, assemble
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


LINE = EXPRESSIONS("standard").fit(np.array([90.0, 120.0, 110.0, 80.0]))
WORDS = (("no", "yes"), ("0", "1"), ("N", "Y"))
GOALS = {
    "binary": ("softmax", TargetEncoding(kind="classes", columns=("survived",), classes=("no", "yes"))),
    "multiclass": ("softmax", TargetEncoding(kind="classes", columns=("survived",), classes=("a", "b", "c"))),
    "ordinal": ("corn", TargetEncoding(kind="classes", columns=("survived",), classes=("low", "mid", "high"))),
    "multilabel": (
        "sigmoids",
        TargetEncoding(kind="labels", columns=("x", "y", "z"), classes=("x", "y", "z"), spellings=WORDS),
    ),
    "distribution": ("softmax", TargetEncoding(kind="shares", columns=("x", "y"), classes=("x", "y"), total=100.0)),
    "regression": ("identity", TargetEncoding(kind="numbers", columns=("survived",), numbers=(LINE,))),
    "several numbers": ("identity", TargetEncoding(kind="numbers", columns=("x", "y"), numbers=(LINE, LINE))),
    "quantile": (
        "quantiles(levels=[0.1, 0.9])",
        TargetEncoding(kind="numbers", columns=("survived",), numbers=(LINE,), levels=(0.1, 0.9)),
    ),
    "count": ("exp", TargetEncoding(kind="count", columns=("survived",), high=2.0)),
}
"""One small target of every kind, and a head for it."""


def made_up_manifest(kind="binary", *, head=None, table=None, hidden=(20,), clamp=False, **preparation) -> Manifest:
    table = table or made_up_table()
    decisions, _ = decide_columns(table, "survived")
    encoding = fit_encoding(
        table, decisions, Preparation(**{"scaling": "robust_clip", **preparation}), np.arange(table.rows)
    )
    own, goal = GOALS[kind]
    chosen = HEADS(head or own)
    task = "regression" if kind == "several numbers" else kind
    outputs = chosen.entry.outputs(target_spec(goal, task), chosen.numbers)
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
    layers.append(LinearLayer(inputs=width, outputs=outputs))
    return Manifest(
        pellucid="0.1.0",
        created="2026-01-01T00:00:00Z",
        task=task,
        network=NetworkSpec(layers=tuple(layers)),
        members=MEMBERS,
        head=str(chosen),
        clamp=clamp,
        encoding=encoding,
        target_encoding=goal,
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


def made_up_model(kind="binary", **options) -> Model:
    manifest = made_up_manifest(kind, **options)
    return Model(manifest, made_up_arrays(manifest))


def made_up_members(kind="binary", *, hidden=(20,), head=None, weight=1.0, seed=0, **options) -> list[Contribution]:
    """Three networks that count ``weight`` each."""
    manifest = made_up_manifest(kind, head=head, hidden=hidden, **options)
    arrays = made_up_arrays(manifest, seed)
    return [
        Contribution(manifest.network, manifest.head, {name: values[m] for name, values in arrays.items()}, weight)
        for m in range(MEMBERS)
    ]


def assembled(kind, members, **options) -> Model:
    """The model of these networks."""
    fields, arrays = assemble(members)
    return Model(Manifest(**(fields_of(made_up_manifest(kind, **options)) | fields)), arrays)


def fields_of(manifest) -> dict:
    return {field: getattr(manifest, field) for field in manifest.__struct_fields__}


MIXTURES = {
    "binary": [{"hidden": (20,)}, {"hidden": (7, 5), "head": "sigmoid"}],
    "multiclass": [{"hidden": (20,)}, {"hidden": (), "head": "adaptive(cutoffs=[2])"}],
    "ordinal": [{"head": "corn"}, {"head": "softmax", "hidden": (6,)}],
    "multilabel": [{"hidden": (20,)}, {"hidden": (9,)}],
    "distribution": [{"hidden": (20,)}, {"hidden": (9,)}],
    "regression": [{"hidden": (20,)}, {"hidden": (9,), "head": "mean_and_variance"}],
    "several numbers": [{"hidden": (20,)}, {"hidden": (9,)}],
    "quantile": [{"hidden": (20,)}, {"hidden": (9,)}],
    "count": [{"hidden": (20,)}, {"hidden": (9,), "head": "identity"}],
}
"""Two parts for a target of every kind."""


def made_up_mixture(kind="binary", weights=(1.0, 1.0), **options) -> Model:
    """Three networks of each part; all of a part count alike."""
    members = []
    for seed, (part, weight) in enumerate(zip(MIXTURES[kind], weights, strict=True)):
        members += made_up_members(kind, weight=weight, seed=seed, **part, **options)
    return assembled(kind, members, **options)


def shuffled(table: Table, seed=0) -> tuple[Table, np.ndarray]:
    order = np.random.default_rng(seed).permutation(table.rows)
    return table.take(order), order


def with_column(table: Table, column: Column) -> Table:
    others = [other for other in table.columns if other.name != column.name]
    return Table(name=table.name, path="", sha256="", columns=(*others, column))
