"""RunRecord: what happened in one run of the main job. Everything that judges or shows a run reads this."""

from typing import Any

import msgspec

from pellucid.records.finding import Finding
from pellucid.records.recipe import Recipe

__all__ = [
    "SCHEMA_VERSION",
    "BaselineRecord",
    "ColumnRecord",
    "ComparisonRecord",
    "DoctorRecord",
    "MemberRecord",
    "RunRecord",
    "Score",
    "SourceRecord",
]

SCHEMA_VERSION = 1


class SourceRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the table came from.

    Attributes:
        name: File name or data set name, for people.
        path: Absolute path, empty for a table in memory.
        sha256: Digest of the file's bytes, or of the columns' contents for a table in memory.
        rows: Rows read.
        columns: Column names in file order.
    """

    name: str
    path: str
    sha256: str
    rows: int
    columns: tuple[str, ...]


class ColumnRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was decided about one column.

    Attributes:
        name: The column.
        kind: numeric, boolean, category, date, text, id, constant or target.
        reason: Why that kind, in a few words.
        used: Whether the network sees it.
        inputs: How many network inputs it became; 0 when left out.
        missing: Missing values among all rows.
        distinct: Distinct values among all rows, missing not counted.
    """

    name: str
    kind: str
    reason: str
    used: bool
    inputs: int
    missing: int
    distinct: int


class Score(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One metric with its 95 % bootstrap interval.

    Attributes:
        metric: Registered metric: accuracy, roc_auc, log_loss, rmse, mae, r2…
        value: On the test rows, in the metric's unit.
        low: Lower end of the interval, None where the bootstrap gives none.
        high: Upper end.
        greater_is_better: Direction; None where neither is, but ``aim``.
        aim: The value that a perfect model would have, where it is neither the least nor the largest: the nominal
            coverage of an interval.
        target: The one target that the score is about, where there are several; empty for all of them together.
    """

    metric: str
    value: float
    low: float | None = None
    high: float | None = None
    greater_is_better: bool | None = True
    aim: float | None = None
    target: str = ""

    @property
    def key(self) -> str:
        """What tells it from the other scores of one model: ``rmse``, or ``rmse(price)`` for one of several targets."""
        return f"{self.metric}({self.target})" if self.target else self.metric


class BaselineRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plain model judged on the same test rows.

    Attributes:
        name: majority, linear or boosting (stable keys; "majority" is whatever constant is best: the mean of numbers,
            the shares of labels, quantiles, a coin for an order); neighbours and principal (components) for vectors and
            codes.
        title: What it is, for people: ``always "no"``, ``logistic regression``, ``gradient boosting``…
        scores: Those of the networks, in the same order.
        seconds: Time to fit and predict.
    """

    name: str
    title: str
    scores: tuple[Score, ...]
    seconds: float


class ComparisonRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The network against one baseline, paired on the same test rows.

    Attributes:
        baseline: Its name.
        metric: The primary metric.
        difference: Network minus baseline, in the metric's unit.
        low: Lower end of the 95 % paired bootstrap interval of the difference.
        high: Upper end.
        verdict: ``better``, ``worse`` or ``within noise``, seen from the network.
        sentence: The same in words.
    """

    baseline: str
    metric: str
    difference: float
    low: float
    high: float
    verdict: str
    sentence: str


class MemberRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one member of the ensemble trained.

    Attributes:
        seed: Its seed.
        train_rows: Rows it learned from.
        validation_rows: Rows that picked its epoch.
        epochs: Epochs it ran.
        best_epoch: The epoch it returned to, counted from 1.
        best_validation: Monitored validation value there.
        ended: ``finished``, ``stopped early``, ``interrupted`` or ``diverged``.
    """

    seed: int
    train_rows: int
    validation_rows: int
    epochs: int
    best_epoch: int
    best_validation: float
    ended: str


class DoctorRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much the doctor looked at; what it found stands among the findings.

    Attributes:
        checks: Rules that were applied to the training.
        blind: What could not be seen, in sentences.
    """

    checks: int
    blind: tuple[str, ...] = ()


class RunRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One run of the main job.

    Attributes:
        schema_version: Version of this layout.
        id: Short name of the run, also its folder's name.
        created: UTC time, ISO 8601.
        command: Command line or call, for people.
        task: binary, multiclass, multilabel, ordinal, distribution, regression, count, quantile, embedding, ranking,
            reconstruction or sequence.
        target: Target column; of several, their names joined for people.
        targets: Target columns in order; empty stands for ``target`` alone, and for no column in a reconstruction.
        classes: Class labels in order, of a multilabel target the labels, of a distribution what the shares belong to,
            of sequences the labels in them; empty where numbers are predicted.
        levels: Levels of a quantile target, increasing, each between 0 and 1; empty for the other tasks.
        recipe: The first member's recipe; members differ in seed and rows alone.
        network: Widths joined by dashes.
        activation: As trained.
        preparation: Encoding options.
        options: What the user asked for.
        environment: Versions and hardware.
        source: The table.
        columns: Every column's decision.
        split: Rows in train and test, how they were drawn.
        members: One entry per member.
        test: The ensemble's scores on the test rows, the primary metric first.
        baselines: Plain models on the same rows.
        comparisons: Network against each baseline.
        detail: Where the errors are, as ``evaluation.find_mistakes`` gives it: ``{"confusion": {...}}``,
            ``{"residuals": {...}}`` and so on by task.
        findings: About the data and the training.
        doctor: How much the doctor looked at; None where it was not asked.
        ended: ``finished``, ``interrupted``.
        seconds: Wall time by phase, with ``total``.
        artifacts: File name → sha256, for the files of the run folder.
    """

    schema_version: int = SCHEMA_VERSION
    id: str
    created: str
    command: str
    task: str
    target: str
    targets: tuple[str, ...] = ()
    classes: tuple[str, ...]
    levels: tuple[float, ...] = ()
    recipe: Recipe
    network: str
    activation: str
    preparation: dict[str, Any]
    options: dict[str, Any]
    environment: dict[str, Any]
    source: SourceRecord
    columns: tuple[ColumnRecord, ...]
    split: dict[str, Any]
    members: tuple[MemberRecord, ...]
    test: tuple[Score, ...]
    baselines: tuple[BaselineRecord, ...]
    comparisons: tuple[ComparisonRecord, ...]
    detail: dict[str, Any]
    findings: tuple[Finding, ...]
    doctor: DoctorRecord | None = None
    ended: str
    seconds: dict[str, float]
    artifacts: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def target_columns(self) -> tuple[str, ...]:
        """The target columns, also where there is one."""
        return self.targets or (self.target,)
