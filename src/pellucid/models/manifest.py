"""Manifest: what a model file says about itself, strictly typed."""

from itertools import pairwise
from typing import Annotated, Any, Final, Literal

import msgspec

from pellucid.encoding import TableEncoding, TargetEncoding, target_spec
from pellucid.heads import HEADS
from pellucid.models.consistency import check_code, check_network
from pellucid.records import NetworkSpec, Score, TargetSpec
from pellucid.tables.targets import Task
from pellucid.tables.targets.decision import joined_names

__all__ = ["FORMAT", "VERSION", "Card", "Manifest"]

FORMAT: Final = "pellucid-model"
VERSION: Final = 1

_KINDS = {
    "binary": "classes",
    "multiclass": "classes",
    "ordinal": "classes",
    "multilabel": "labels",
    "distribution": "shares",
    "regression": "numbers",
    "quantile": "numbers",
    "count": "count",
    "embedding": "classes",
    "ranking": "scores",
    "reconstruction": "inputs",
    "sequence": "symbols",
}


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the model comes from and how good it is.

    Attributes:
        scores: On the test rows.
        source: Name of the training table.
        sha256: Digest of the training table.
        rows: Its rows.
        recipe: How the members were trained; plain JSON.
    """

    scores: tuple[Score, ...] = ()
    source: str = ""
    sha256: str = ""
    rows: int = 0
    recipe: dict[str, Any] = msgspec.field(default_factory=dict)


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything but the numbers of the parameters. Names, shapes and types of those follow from it.

    Attributes:
        format: ``pellucid-model``.
        version: Version of this layout.
        pellucid: Version of the program that wrote the file.
        created: UTC time, ISO 8601.
        task: One of ``tables.TASKS``.
        network: The layers of every member.
        members: How many networks.
        dtype: Type of all parameters.
        head: Choice of what turns a network's outputs into predictions; see ``pellucid.heads``.
        clamp: Whether predicted numbers are kept within the training target's range.
        code_layers: Leading layers of a reconstruction that give the code; 0 for the other tasks.
        encoding: How a table becomes the network's input.
        target_encoding: The target's columns and classes, and how predictions come back in the user's unit.
        card: Where the model comes from and how good it is.
    """

    format: Literal["pellucid-model"] = FORMAT
    version: Literal[1] = VERSION
    pellucid: str
    created: str
    task: Task
    network: NetworkSpec
    members: Annotated[int, msgspec.Meta(ge=1, le=65_536)]
    dtype: Literal["float32"] = "float32"
    head: str
    clamp: bool = False
    code_layers: int = 0
    encoding: TableEncoding
    target_encoding: TargetEncoding
    card: Card = Card()

    def __post_init__(self) -> None:
        goal = self.target_encoding
        kind, levels = _KINDS[self.task], self.task == "quantile"
        if goal.kind != kind or bool(goal.levels) != levels:
            raise ValueError(f"a {self.task} task has a target of the kind {kind}, not of the kind {goal.kind}")
        least, most = {"binary": (2, 2), "multiclass": (3, len(goal.classes)), "ordinal": (3, len(goal.classes))}.get(
            self.task, (0, len(goal.classes))
        )
        if not least <= len(goal.classes) <= most:
            raise ValueError(f"a {self.task} task has another number of classes than {len(goal.classes)}")
        readable = {*goal.columns, *(column.name for column in self.encoding.columns)}
        if stray := sorted(self.encoding.notations.keys() - readable):
            raise ValueError(
                f"a notation is kept of {stray[0]!r}, which is neither a column of the encoding nor a target"
            )
        head = HEADS(self.head)
        if self.spec.task not in head.entry.tasks:
            raise ValueError(f"a {self.task} task has no {head.name} head")
        if goal.levels and head.numbers.get("levels") != goal.levels:
            raise ValueError("the head and the target differ in their levels")
        if head.name == "adaptive":
            _check_cutoffs(head.numbers["cutoffs"], len(goal.classes))
        check_network(
            self.network,
            self.encoding,
            # An embedding may have any width.
            head.entry.outputs(self.spec, head.numbers) or self.network.outputs,
            rows=2 * goal.context + 1 if self.task == "sequence" else 0,
        )
        if bool(self.code_layers) != (self.task == "reconstruction"):
            raise ValueError("a reconstruction has a code, and nothing else has")
        if self.code_layers:
            check_code(self.network, self.code_layers)

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the target columns."""
        return self.target_encoding.columns

    @property
    def target(self) -> str:
        """The target for people; several names are joined."""
        return joined_names(self.targets) or "its own columns"

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes in the order of their codes, labels, parts of a distribution, symbols; empty for numbers."""
        return self.target_encoding.classes

    @property
    def spec(self) -> TargetSpec:
        """The target as losses and heads see it."""
        return target_spec(self.target_encoding, self.task, inputs=self.encoding.numeric + self.encoding.passed)


def _check_cutoffs(cutoffs: object, classes: int) -> None:
    """Clusters of an adaptive softmax begin at rising class numbers."""
    assert isinstance(cutoffs, tuple)
    ends = (0, *cutoffs, classes)
    if any(second <= first or second != int(second) for first, second in pairwise(ends)):
        raise ValueError(f"the cutoffs {list(cutoffs)} do not divide {classes} classes")
