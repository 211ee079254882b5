"""One self-contained HTML file per run, made from the run record alone."""

from pellucid.report.page import render_report
from pellucid.report.verdict import headline, verdict_sentences

__all__ = ["headline", "render_report", "verdict_sentences"]
