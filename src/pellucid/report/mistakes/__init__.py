"""Where the errors are, by kind of target; one kind per file."""

from pellucid.report.mistakes.section import mistakes_section

__all__ = ["mistakes_section"]
