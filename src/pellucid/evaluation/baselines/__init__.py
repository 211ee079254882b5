"""Plain models on the same rows: what a network has to beat before it deserves to be called good.

They are rivals, not straw men: scikit-learn's own, tuned as a careful person would within seconds. scikit-learn is
imported where a model is fitted, so that judging alone stays quick to import. One kind of target per file.
"""

from pellucid.evaluation.baselines.fit import RIVALS, Baseline, fit_baselines

__all__ = ["RIVALS", "Baseline", "fit_baselines"]
