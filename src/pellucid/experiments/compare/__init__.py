"""Comparisons: many recipes on the same folds and seeds, and what can be said of them."""
