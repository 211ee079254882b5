"""From a comparison's folder to figures of who stands where."""

from pellucid.evaluation.metrics import METRICS
from pellucid.figures.critical_difference import MOST_VARIANTS, critical_difference_figure
from pellucid.figures.figure import FigureData
from pellucid.figures.runs.folder import RunFolder
from pellucid.figures.standing import comparison_figure, path_factor, path_figure, scored
from pellucid.records import ComparisonRunRecord

__all__ = ["comparison", "critical_difference", "no_comparison", "no_path", "no_ranks", "path"]


def no_comparison(folder: RunFolder) -> str:
    """Why no variants can be compared."""
    if folder.comparison is None:
        return "It is a run of fit; pellucid compare makes comparisons."
    return "" if scored(folder.comparison) else "No variant has a score."


def comparison(folder: RunFolder) -> FigureData:
    """Variants with their intervals."""
    record = _record(folder)
    return comparison_figure(record, METRICS[record.metric].title)


def no_ranks(folder: RunFolder) -> str:
    """Why there are no ranks with their tests."""
    if folder.comparison is None:
        return no_comparison(folder)
    variants = scored(folder.comparison)
    if len(variants) < 2:
        return "There are fewer than two variants with a score."
    if len(variants) > MOST_VARIANTS:
        return f"Every pair is tested up to {MOST_VARIANTS} variants; here are {len(variants)}."
    if any(each.verdict == "untested" or each.mean_rank is None for each in variants):
        return "One replicate cannot be tested. Compare with more --seeds or --folds."
    return ""


def critical_difference(folder: RunFolder) -> FigureData:
    """Mean ranks, and who cannot be told apart."""
    return critical_difference_figure(_record(folder))


def no_path(folder: RunFolder) -> str:
    """Why there is no strength to go along."""
    if folder.comparison is None:
        return no_comparison(folder)
    if not path_factor(folder.comparison):
        return "Not one number alone was varied, as --path l2=… does."
    return "" if len(scored(folder.comparison)) > 1 else "There are fewer than two variants with a score."


def path(folder: RunFolder) -> FigureData:
    """Scores along a strength."""
    record = _record(folder)
    return path_figure(record, METRICS[record.metric].title)


def _record(folder: RunFolder) -> ComparisonRunRecord:
    assert folder.comparison is not None
    return folder.comparison
