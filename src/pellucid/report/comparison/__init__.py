"""The report of a comparison, one self-contained HTML file made from its record and curves."""

from pellucid.report.comparison.page import render_comparison

__all__ = ["render_comparison"]
