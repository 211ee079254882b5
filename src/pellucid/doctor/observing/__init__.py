"""Observing: what a person's program asks PyTorch to do, taken down as facts without a trace."""

from pellucid.doctor.observing.observer import Observer
from pellucid.doctor.observing.samples import ROWS, SAMPLE

__all__ = ["ROWS", "SAMPLE", "Observer"]
