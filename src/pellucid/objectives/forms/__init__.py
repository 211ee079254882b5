"""Forms of stand-alone use: which tensors a loss takes in plain PyTorch shapes, and how they become a stack of one."""

from pellucid.objectives.entry import Form
from pellucid.objectives.forms.arranged import Arranged, FormRule, Options, real
from pellucid.objectives.forms.classes import CHANCES_OR_CLASSES, CLASS_ROWS, CLASSES, CLUSTERED_CLASSES, RANKS
from pellucid.objectives.forms.elements import CHANCES, ELEMENTS, LABEL_MEANS, MARKS, SHARES
from pellucid.objectives.forms.pairs import DISTANCES, PAIRS, SCORE_PAIRS, TRIPLETS
from pellucid.objectives.forms.rows import LABELS, ROWS
from pellucid.objectives.forms.sequences import SEQUENCES

__all__ = ["FORMS", "Arranged", "FormRule", "Options", "real"]

FORMS: dict[Form, FormRule] = {
    "elements": ELEMENTS,
    "chances": CHANCES,
    "shares": SHARES,
    "marks": MARKS,
    "label_means": LABEL_MEANS,
    "labels": LABELS,
    "classes": CLASSES,
    "class_rows": CLASS_ROWS,
    "chances_or_classes": CHANCES_OR_CLASSES,
    "ranks": RANKS,
    "clustered_classes": CLUSTERED_CLASSES,
    "rows": ROWS,
    "distances": DISTANCES,
    "pairs": PAIRS,
    "score_pairs": SCORE_PAIRS,
    "triplets": TRIPLETS,
    "sequences": SEQUENCES,
}
