"""How good a run is, in a sentence of everyday words: what the networks get right, or miss by how much."""

from pellucid.evaluation import format_interval, format_number, format_percent
from pellucid.records import RunRecord, Score
from pellucid.report.words import percent

__all__ = ["said_of"]

AS_PER_CENT = (
    "accuracy",
    "labels_right",
    "mean_r2",
    "coverage",
    "nearest_right",
    "pairs_right",
    "spread_kept",
    "label_error_rate",
)
"""Metrics that the sentence tells as per cent."""


def said_of(record: RunRecord) -> str:
    """The scores as the rest of a sentence that began with the rows: ``these networks are right for 84.9 %.``."""
    scores = {score.metric: score for score in record.test if not score.target}
    many = len(record.members) != 1
    networks = "these networks" if many else "this network"
    be = "are" if many else "is"
    match record.test[0].metric:
        case "accuracy":
            score = scores["accuracy"]
            return f"{networks} {be} right for {format_percent(score.value)}{_sure(score)}."
        case "labels_right":
            score = scores["labels_right"]
            text = f"{networks} {be} right for {format_percent(score.value)} of the labels{_sure(score)}"
            return f"{text}, and for all labels of a row in {_percent(scores, 'exact_match')} of the rows."
        case "class_distance":
            score = scores["class_distance"]
            text = f"{networks} {be} off by {format_number(score.value)} classes on average{_sure(score)}"
            return f"{text}; {_percent(scores, 'accuracy')} of the rows are right."
        case "kl_divergence":
            text = f"the KL divergence of {networks} from the true shares is {_with_interval(scores['kl_divergence'])}"
            return f"{text}; the largest share is the right one for {_percent(scores, 'largest_share')} of the rows."
        case "mean_r2":
            return f"{networks} {_several(record, scores['mean_r2'], many=many)}"
        case "poisson_deviance":
            off = f"{'miss' if many else 'misses'} {record.target} by {format_number(scores['mae'].value)} on average; "
            told = f"the Poisson deviance is {_with_interval(scores['poisson_deviance'])}."
            return f"{networks} {off}{told}" if "mae" in scores else f"{told[:-1]} for {networks}."
        case "nearest_right":
            near = f"the nearest training row has the label of {_as_share(scores['nearest_right'])} of the rows"
            return f"{near}; of their ten nearest, {_percent(scores, 'precision_at_10')} have it on average."
        case "pairs_right":
            order = f"{networks} put {_as_share(scores['pairs_right'])} of the pairs in the right order"
            gain = f"; the NDCG is {_with_interval(scores['ndcg'])}" if "ndcg" in scores else ""
            return f"{order}{gain}."
        case "spread_kept":
            return f"{_as_share(scores['spread_kept'])} of the columns' spread comes back through the code."
        case "label_error_rate":
            wrong = f"{_as_share(scores['label_error_rate'])} of the labels are missing, wrong or too many"
            return f"{wrong}; {_percent(scores, 'sequences_right')} of the sequences are right in every label."
        case "pinball":
            return _quantiles(record, scores, networks)
        case _:
            return f"{networks} {_number_missed(record, scores, many=many)}"


def _number_missed(record: RunRecord, scores: dict[str, Score], *, many: bool) -> str:
    score = scores["rmse"]
    parts = [f"{'miss' if many else 'misses'} {record.target} by"]
    if "mae" in scores:
        parts.append(f"{format_number(scores['mae'].value)} on average;")
        parts.append(f"large misses counting more, the RMSE is {_with_interval(score)}.")
    else:
        parts.append(f"an RMSE of {_with_interval(score)}.")
    if "r2" in scores:
        share = scores["r2"].value
        parts.append(
            f"{'They explain' if many else 'It explains'} {format_percent(share)} of its variance."
            if share > 0
            else "Always guessing the mean would miss by less."
        )
    return " ".join(parts)


def _several(record: RunRecord, score: Score, *, many: bool) -> str:
    own = [each for each in record.test if each.target and each.metric == "r2"]
    count = len(record.target_columns)
    if score.value <= 0:
        return f"{'miss' if many else 'misses'} the {count} targets by more than always guessing their means would."
    share = format_percent(score.value)
    text = f"{'explain' if many else 'explains'} {share} of the variance of {count} targets on average{_sure(score)}"
    if len(own) < 2:
        return f"{text}."
    worst, best = min(own, key=lambda each: each.value), max(own, key=lambda each: each.value)
    least = format_percent(worst.value) if worst.value > 0 else "nothing"
    return f"{text}, from {least} of {worst.target} to {format_percent(best.value)} of {best.target}."


def _quantiles(record: RunRecord, scores: dict[str, Score], networks: str) -> str:
    middle = f"the middle one misses {record.target} by {format_number(scores['mae'].value)} on average"
    if "coverage" not in scores:
        return f"the pinball loss of {networks} is {_with_interval(scores['pinball'])}; {middle}."
    covered = scores["coverage"]
    promised = "" if covered.aim is None else f", where {percent(covered.aim)} were promised"
    share = f"{format_percent(covered.value)} of the rows{_sure(covered)}"
    return f"{share} lie between the outermost quantiles of {networks}{promised}; {middle}."


def _percent(scores: dict[str, Score], metric: str) -> str:
    return format_percent(scores[metric].value) if metric in scores else "an unknown share"


def _as_share(score: Score) -> str:
    return f"{format_percent(score.value)}{_sure(score)}"


def _with_interval(score: Score) -> str:
    return f"{format_number(score.value)}{_sure(score)}"


def _sure(score: Score) -> str:
    """The interval in brackets, shares as per cent; empty where there is none."""
    if score.low is None or score.high is None:
        return ""
    if score.metric in AS_PER_CENT:
        decimals = 1 if score.high - score.low < 0.02 else 0
        ends = f"{score.low * 100:.{decimals}f} to {score.high * 100:.{decimals}f} %"
    else:
        ends = format_interval(score.metric, score.low, score.high).replace("–", " to ")
    return f" (95 % interval {ends})" if ends else ""
