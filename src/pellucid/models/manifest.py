"""Manifest: what a model file says about itself, strictly typed."""

from typing import Annotated, Any, Final, Literal

import msgspec

from pellucid.encoding import TableEncoding, TargetEncoding, target_spec
from pellucid.models.consistency import check_code
from pellucid.models.parts import AVERAGED_TASKS, Members, Part, Weight, check_part
from pellucid.records import NetworkSpec, Score, TargetSpec
from pellucid.tables.targets import Task
from pellucid.tables.targets.decision import joined_names

__all__ = ["FORMAT", "VERSION", "Card", "Manifest"]

FORMAT: Final = "pellucid-model"
VERSION: Final = 2
_MOST_PARTS = 1024
_MOST_MEMBERS = 65_536

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
        version: Of this layout: 1, networks of one shape that count alike, or 2, with ``further`` or ``weights``. What
            version 1 can say is never written as 2, so that older programs read it.
        pellucid: Version of the program that wrote the file.
        created: UTC time, ISO 8601.
        task: One of ``tables.TASKS``.
        network: The layers of every member, of the first part if there are several.
        members: How many networks, in the first part.
        dtype: Type of all parameters.
        head: Choice of what turns a network's outputs into predictions, in the first part; see ``pellucid.heads``.
        further: Parts after the first: networks of other shapes, or with other heads.
        weights: How much each network counts, part after part ``[Σ members]``; unset: all alike.
        clamp: Whether predicted numbers are kept within the training target's range.
        code_layers: Leading layers of a reconstruction that give the code; 0 for the other tasks.
        encoding: How a table becomes the network's input.
        target_encoding: The target's columns and classes, and how predictions come back in the user's unit.
        card: Where the model comes from and how good it is.
    """

    format: Literal["pellucid-model"] = FORMAT
    version: Literal[1, 2] = 1
    pellucid: str
    created: str
    task: Task
    network: NetworkSpec
    members: Members
    dtype: Literal["float32"] = "float32"
    head: str
    # Unset is not written: a file of one part has the bytes that it always had.
    further: Annotated[tuple[Part, ...], msgspec.Meta(min_length=1, max_length=_MOST_PARTS)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    weights: Annotated[tuple[Weight, ...], msgspec.Meta(min_length=1, max_length=_MOST_MEMBERS)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    clamp: bool = False
    code_layers: int = 0
    encoding: TableEncoding
    target_encoding: TargetEncoding
    card: Card = Card()

    def __post_init__(self) -> None:
        self._check_counts()
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
        spec = self.spec
        for part in self.parts:
            check_part(part, self.task, goal, spec, self.encoding)
        if bool(self.code_layers) != (self.task == "reconstruction"):
            raise ValueError("a reconstruction has a code, and nothing else has")
        if self.code_layers:
            check_code(self.network, self.code_layers)

    def _check_counts(self) -> None:
        several = self.further is not msgspec.UNSET or self.weights is not msgspec.UNSET
        if several != (self.version == 2):
            raise ValueError("version 2 is for further parts or weights, and version 1 has neither")
        if several and self.task not in AVERAGED_TASKS:
            raise ValueError(f"a {self.task} task has networks of one part that count alike")
        if self.count > _MOST_MEMBERS:
            raise ValueError(f"a model has up to {_MOST_MEMBERS} networks, not {self.count}")
        if self.weights is not msgspec.UNSET and len(self.weights) != self.count:
            raise ValueError(f"{self.count} networks have {len(self.weights)} weights")

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts, at least one."""
        first = Part(network=self.network, members=self.members, head=self.head)
        return (first,) if self.further is msgspec.UNSET else (first, *self.further)

    @property
    def count(self) -> int:
        """How many networks all parts have."""
        return sum(part.members for part in self.parts)

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
