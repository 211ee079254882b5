"""How sure the networks are, and whether they may be: from the predictions of the test rows."""

from pellucid.report.sure.section import sure_section

__all__ = ["sure_section"]
