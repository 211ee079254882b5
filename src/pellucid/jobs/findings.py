"""What reading a table brought up, as far as it bears on a saved model."""

from pellucid.models.manifest import Manifest
from pellucid.records import Finding
from pellucid.tables import Table

__all__ = ["reading_findings"]


def reading_findings(table: Table, manifest: Manifest) -> list[Finding]:
    """Findings about the table as a whole, the columns that the model uses and the targets.

    Infinite features (B035) are left to the encoding, which says what became of them.
    """
    known = {None, *manifest.targets, *(column.name for column in manifest.encoding.columns)}
    return [
        finding
        for finding in table.findings
        if finding.column in known and (finding.code != "B035" or finding.column in manifest.targets)
    ]
