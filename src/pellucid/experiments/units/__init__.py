"""Pipelines of the tasks whose networks learn from pairs, triplets, sequences or whole rows: lesson and verdict."""
