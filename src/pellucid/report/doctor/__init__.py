"""The page of a doctor's run: what was found in a program, with its lines, its evidence and its fixes."""

from pellucid.report.doctor.page import render_diagnosis

__all__ = ["render_diagnosis"]
