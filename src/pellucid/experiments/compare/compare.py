"""The comparison: variants → networks on folds → who stands where → the winner, judged on rows that no choice saw."""

import math
import time
from datetime import UTC, datetime

import torch

from pellucid.errors import TrainingError
from pellucid.experiments.clock import Clock
from pellucid.experiments.compare.bench import Workbench
from pellucid.experiments.compare.comparison import Comparison
from pellucid.experiments.compare.dividing import divide
from pellucid.experiments.compare.ending import ComparisonReportWriter, end_comparison
from pellucid.experiments.compare.folder import Folder
from pellucid.experiments.compare.memory import Sizes, narrowing_bytes, predicted_bytes, sizes_of, unit_bytes
from pellucid.experiments.compare.narrowing import Narrowed, Narrowing
from pellucid.experiments.compare.options import CompareOptions
from pellucid.experiments.compare.planning import plan_comparison
from pellucid.experiments.compare.question import Question
from pellucid.experiments.compare.recording import Ending
from pellucid.experiments.compare.results import Results
from pellucid.experiments.compare.rounds import Pace, run_rounds, unit_size
from pellucid.experiments.compare.rows import learning_rows
from pellucid.experiments.compare.strategy import strategy_of
from pellucid.experiments.compare.watching import ComparisonWatcher, PlanSummary, SilentComparison
from pellucid.experiments.executors import Executor, Inline, Processes
from pellucid.experiments.interrupts import Interrupts
from pellucid.experiments.preparing import prepare
from pellucid.experiments.telling import TrainingJudge
from pellucid.printable import grouped
from pellucid.tables import Table
from pellucid.training.giving_back import give_memory_back

__all__ = ["ComparisonReportWriter", "compare_table"]

# Phases of the clock that train networks for the comparison.
_TRAINING = ("halving", "training")


def compare_table(
    table: Table,
    options: CompareOptions,
    *,
    watcher: ComparisonWatcher | None = None,
    render_report: ComparisonReportWriter | None = None,
    judge_training: TrainingJudge | None = None,
) -> Comparison:
    """Compare recipes on a table; continues where it was if its folder holds an unfinished part of the same question.

    The rows that judge the choice are put aside before anything else. Every network is judged on the fold that it did
    not learn from, by an encoding that was fitted on its own training rows.

    Args:
        table: As read.
        options: What was asked for.
        watcher: Is told what goes on.
        render_report: Makes the page from the record and the curves; None writes none. It comes from a layer above.
        judge_training: The doctor, from a layer above, too: it looks at the networks that are trained again; None asks
            nobody.

    Raises:
        UsageError: If an option does not make sense, or the folder holds another comparison.
        ContractError: If a variant's loss and the target do not fit together; names the nearest right recipe.
        DataError: If the table is not what the task needs.
        TrainingError: If no network could be trained.
        SurroundingsError: If the folder cannot be written, or workers die.
    """
    options.check()
    told = watcher or SilentComparison()
    pace = Pace(time.monotonic(), None if options.minutes is None else 60 * options.minutes)
    clock = Clock()
    created = datetime.now(UTC).isoformat(timespec="seconds")
    divided = divide(table, options.fit, scheme=options.scheme, group=options.group, time=options.time)
    plan = plan_comparison(options, divided, table.sha256)
    question = plan.question
    key = f"{created} {options} {table.sha256} {time.time_ns()}"
    folder = Folder.of(table.name, options.fit.out, question, created=created, key=key)
    if folder.finished is not None:
        folder.tidy()
        return Comparison(folder.path, folder.finished)

    bench = Workbench(question, learning_rows(divided.decided, divided.order))
    sizes = sizes_of(bench)
    first = question.variants[0]
    prepared = prepare(divided.decided, first.preparation, target_expression=first.target_expression)
    folder.begin(question, bench.rows)
    ledger = folder.ledger
    before = ledger.scores(len(question.variants), question.seeds, question.folds)
    narrowing = Narrowing(bench, folder.work) if question.halving else None
    finalists = len(question.variants) if narrowing is None else narrowing.finalists
    networks = finalists * question.seeds * question.folds
    ahead = 0 if narrowing is None else math.ceil(narrowing.work)
    memory = _memory(sizes, question, options, networks, narrowing)
    clock.lap("preparing")
    told.data_ready(prepared.summary)
    told.plan_ready(
        PlanSummary(
            variants=len(question.variants),
            seeds=question.seeds,
            folds=question.folds,
            scheme=question.scheme,
            networks=ahead + networks,
            done=before.networks + (0 if narrowing is None else int(narrowing.done)),
            metric=bench.judge.metric,
            memory=memory,
            folder=str(folder.path),
            finalists=None if narrowing is None else finalists,
        )
    )
    executor: Executor = Processes(folder.work, options.workers) if options.workers else Inline(bench, ledger)
    with Interrupts() as interrupts:
        narrowed = None
        if narrowing is not None:
            narrowed = narrowing.run(
                pace, on_networks=lambda done: told.networks_done(done, ahead + networks), stop=interrupts
            )
            give_memory_back()
            clock.lap("halving")
        strategy = strategy_of(
            question,
            timed=options.minutes is not None,
            variants=None if narrowed is None else narrowed.finalists,
        )
        scores, ended = run_rounds(
            question,
            strategy,
            executor,
            ledger,
            sizes,
            pace,
            on_networks=lambda done: told.networks_done(ahead + done, ahead + networks),
            stop=interrupts,
        )
        if ended == "finished" and narrowed is not None and not narrowed.whole:
            ended = "out of time"
        clock.lap("training")
        results = Results.of(bench, scores, strategy.complete(scores), None if narrowed is None else narrowed.finalists)
        told.training_ended(_note(results, narrowed, ended), sum(clock.laps.get(lap, 0) for lap in _TRAINING))
        if ended == "out of time" and not results.columns:
            raise TrainingError(
                f"{options.minutes:g} minutes were too short for a single fold of any variant. Give more --minutes,"
                " fewer variants, or fewer --epochs."
            )
        return end_comparison(
            Ending(
                options=options,
                divided=divided,
                factors=plan.factors,
                folder=folder,
                results=results,
                summary=prepared.summary,
                complete=len(strategy.complete(scores)),
                strategy=strategy.name,
                narrowed=narrowed,
                memory=memory,
                earlier=before.seconds + (0.0 if narrowing is None else narrowing.seconds),
                ended=ended,
            ),
            clock=clock,
            pace=pace,
            told=told,
            stop=interrupts,
            render_report=render_report,
            judge_training=judge_training,
        )


def _memory(
    sizes: Sizes, question: Question, options: CompareOptions, networks: int, narrowing: Narrowing | None
) -> int:
    """Bytes at the peak, as predicted."""
    members, folds = unit_size(sizes)
    cores = torch.get_num_threads()
    return predicted_bytes(
        sizes,
        unit=unit_bytes(
            sizes,
            members=min(members, networks),
            folds=min(folds, question.folds * question.seeds),
            cores=cores if options.workers is None else 1,
        ),
        narrowing=0
        if narrowing is None
        else narrowing_bytes(
            sizes, networks=narrowing.splits * len(question.variants), splits=narrowing.splits, cores=cores
        ),
        workers=options.workers,
    )


def _note(results: Results, narrowed: Narrowed | None, ended: str) -> str:
    networks = len(results.columns) * len(results.variants)
    repeats = len({repeat for repeat, _ in results.columns})
    asked = results.bench.question.seeds
    halved = ""
    if narrowed is not None:
        halved = (
            f"{grouped(len(results.bench.question.variants))} variants halved to {len(narrowed.finalists)} finalists, "
        )
    if networks and len(results.columns) < repeats * results.bench.question.folds:
        return f"{halved}{ended} within the first seed"
    if ended == "finished" or (repeats == asked and ended == "out of time"):
        return f"{halved}{networks} networks"
    return f"{halved}{ended} after {repeats} of {asked} seeds" if repeats else ended
