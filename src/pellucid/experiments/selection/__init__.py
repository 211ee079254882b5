"""Which candidates predict together, and how much each counts."""

from pellucid.experiments.selection.choice import KINDS, Contender, EnsembleChoice, choose_ensemble
from pellucid.experiments.selection.greedy import SIZE, Selection, mixed, select, selection_path, sound_candidates
from pellucid.experiments.selection.scoring import Score, Scorer, judgement, scorer

__all__ = [
    "KINDS",
    "SIZE",
    "Contender",
    "EnsembleChoice",
    "Score",
    "Scorer",
    "Selection",
    "choose_ensemble",
    "judgement",
    "mixed",
    "scorer",
    "select",
    "selection_path",
    "sound_candidates",
]
