"""Probes: what is measured of members at some epochs of their training, from snapshots."""

from pellucid.training.probes.layers import measure_layers

__all__ = ["measure_layers"]
