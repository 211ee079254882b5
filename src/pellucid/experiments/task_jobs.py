"""What differs from task to task in a run: what members learn from, how many there are, and how they are judged."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from pellucid.experiments.ensembles import MEMBERS
from pellucid.experiments.judging import Verdict, judge_rows
from pellucid.experiments.lesson import Lesson, row_lesson
from pellucid.experiments.options import FitOptions
from pellucid.experiments.preparing import Prepared
from pellucid.experiments.unit_options import CONTEXT
from pellucid.experiments.units.embedding import embedding_lesson, judge_embedding
from pellucid.experiments.units.ranking import judge_ranking, ranking_lesson
from pellucid.experiments.units.reconstruction import judge_reconstruction, reconstruction_lesson
from pellucid.experiments.units.sequence import judge_sequences, sequence_lesson
from pellucid.models import Model
from pellucid.records import Recipe
from pellucid.tables import TASKS

__all__ = ["TASK_JOBS", "TaskJob"]


class TaskJob(NamedTuple):
    """One task's parts of the main job.

    Attributes:
        members: Networks unless others are asked for.
        lesson: ``(prepared, recipe, members, seed)`` → what they learn from.
        judge: ``(prepared, model, seed)`` → the verdict.
        context: Neighbouring rows that a row is seen with.
    """

    members: int
    lesson: Callable[[Prepared, Recipe, int, int], Lesson]
    judge: Callable[[Prepared, Model, int], Verdict]
    context: Callable[[FitOptions], int] = lambda options: 0


def _rows(prepared: Prepared, recipe: Recipe, members: int, seed: int) -> Lesson:
    return row_lesson(prepared, members, seed)


def _context(options: FitOptions) -> int:
    return CONTEXT if options.context is None else options.context


TASK_JOBS: Mapping[str, TaskJob] = {
    **dict.fromkeys(TASKS, TaskJob(MEMBERS, _rows, judge_rows)),
    "embedding": TaskJob(1, embedding_lesson, judge_embedding),
    "ranking": TaskJob(4, ranking_lesson, judge_ranking),
    "reconstruction": TaskJob(1, reconstruction_lesson, judge_reconstruction),
    "sequence": TaskJob(1, sequence_lesson, judge_sequences, _context),
}
"""Task → what is its own."""
