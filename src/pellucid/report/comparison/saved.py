"""The saved model of a comparison as a run, for the sections that the pages of both share."""

from pellucid.records import ComparisonRunRecord, RunRecord

__all__ = ["FILE", "saved_run"]

FILE = "comparison.json"
"""Where a reader of the page finds what it has no room for."""


def saved_run(record: ComparisonRunRecord) -> RunRecord:
    """What a run's page would show of the saved model: scores, mistakes, columns, findings and how to use it.

    Args:
        record: With a chosen variant.
    """
    chosen = record.variant(record.chosen)
    return RunRecord(
        id=record.id,
        created=record.created,
        command=record.command,
        task=record.task,
        target=record.target,
        targets=record.targets,
        classes=record.classes,
        levels=record.levels,
        recipe=chosen.recipe,
        network="",
        activation=chosen.recipe.activation,
        preparation=chosen.preparation,
        options=record.options,
        environment=record.environment,
        source=record.source,
        columns=record.columns,
        split=record.split,
        members=(),
        test=record.test,
        baselines=record.baselines,
        comparisons=record.comparisons,
        detail=record.detail,
        findings=record.findings,
        ended=record.ended,
        seconds=record.seconds,
        artifacts=record.artifacts,
    )
