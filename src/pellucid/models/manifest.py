"""Manifest: what a model file says about itself, strictly typed."""

from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from pellucid.encoding import TableEncoding, TargetEncoding
from pellucid.models.consistency import check_network
from pellucid.records import NetworkSpec, Score

__all__ = ["FORMAT", "VERSION", "Card", "Link", "Manifest"]

FORMAT: Final = "pellucid-model"
VERSION: Final = 1

Link: TypeAlias = Literal["softmax", "sigmoid", "identity"]
Task: TypeAlias = Literal["binary", "multiclass", "regression"]


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
        task: binary, multiclass or regression.
        target: Name of the target column.
        classes: Labels in the order of their codes; empty for a regression.
        network: The layers of every member.
        members: How many networks.
        dtype: Type of all parameters.
        link: What turns a network's output into a prediction: ``softmax`` over all classes, ``sigmoid`` for the second
            of two, ``identity`` for a number.
        clamp: Whether a predicted number is kept within the training target's range.
        encoding: How a table becomes the network's input.
        target_encoding: How the output becomes labels or numbers in the user's unit.
        card: Where the model comes from and how good it is.
    """

    format: Literal["pellucid-model"] = FORMAT
    version: Literal[1] = VERSION
    pellucid: str
    created: str
    task: Task
    target: str
    classes: tuple[str, ...]
    network: NetworkSpec
    members: Annotated[int, msgspec.Meta(ge=1, le=65_536)]
    dtype: Literal["float32"] = "float32"
    link: Link
    clamp: bool = False
    encoding: TableEncoding
    target_encoding: TargetEncoding
    card: Card = Card()

    def __post_init__(self) -> None:
        if self.classes != self.target_encoding.classes:
            raise ValueError("the classes and those of the target's encoding differ")
        if len(self.classes) != {"binary": 2, "regression": 0}.get(self.task, max(len(self.classes), 3)):
            raise ValueError(f"a {self.task} task has another number of classes than {len(self.classes)}")
        outputs = {"softmax": len(self.classes), "sigmoid": 1, "identity": 1}[self.link]
        allowed = {"binary": ("softmax", "sigmoid"), "multiclass": ("softmax",), "regression": ("identity",)}
        if self.link not in allowed[self.task]:
            raise ValueError(f"a {self.task} task has no {self.link} link")
        readable = {self.target, *(column.name for column in self.encoding.columns)}
        if stray := sorted(self.encoding.notations.keys() - readable):
            raise ValueError(
                f"a notation is kept of {stray[0]!r}, which is neither a column of the encoding nor the target"
            )
        check_network(self.network, self.encoding, outputs)
