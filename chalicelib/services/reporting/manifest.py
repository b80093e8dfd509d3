"""What the signed manifest of a report says: its files, and the ledger, rulebook and calendar they came from."""

from collections.abc import Mapping

from chalicelib.domain.metrics.report import Report

MANIFEST_SCHEMA = 1


def manifest_fields(report: Report, program: str, files: Mapping[str, str]) -> dict[str, object]:
    """The fields to sign; `files`: names with the SHA-256 of their bytes, as `verify.py` checks them."""
    return {
        "schema": MANIFEST_SCHEMA,
        "report": report.kind.value,
        "period": report.period,
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "zone": report.basis.zone,
        "rulebook": report.basis.rulebook,
        "calendar": report.basis.calendar,
        "language": report.basis.language,
        "program": program,
        "ledger": [{"name": each.name, "manifest_sha256": each.manifest_sha256} for each in report.basis.ledger],
        "files": dict(sorted(files.items())),
    }
