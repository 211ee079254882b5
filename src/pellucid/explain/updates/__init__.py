"""Every update rule in numbers: its formulas, worked out in float64 and checked against what the trainer does."""

from pellucid.explain.updates.updater import ACCOUNTS, Told, Updater, start_update

__all__ = ["ACCOUNTS", "Told", "Updater", "start_update"]
