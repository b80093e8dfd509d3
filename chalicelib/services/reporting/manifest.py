"""The signed manifest of a report: which files it has, and which ledger, rulebook and calendar they came from."""

import base64
import hashlib
from collections.abc import Mapping

from chalicelib.domain.ledger import canonical
from chalicelib.domain.metrics.report import Report
from chalicelib.ports import Signer

MANIFEST_SCHEMA = 1
ALGORITHM = "RSASSA_PKCS1_V1_5_SHA_256"


def signed_manifest(report: Report, files: Mapping[str, bytes], signer: Signer) -> bytes:
    """Canonical JSON. The signature covers the canonical spelling of everything else, as `verify.py` checks it."""
    manifest: dict[str, object] = {
        "schema": MANIFEST_SCHEMA,
        "report": report.kind.value,
        "period": report.period,
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "zone": report.basis.zone,
        "rulebook": report.basis.rulebook,
        "calendar": report.basis.calendar,
        "ledger": [{"name": each.name, "manifest_sha256": each.manifest_sha256} for each in report.basis.ledger],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        "algorithm": ALGORITHM,
        "key": _fingerprint(signer.public_key_pem()),
    }
    signature = base64.b64encode(signer.sign(canonical(manifest))).decode()
    return canonical({**manifest, "signature": signature})


def _fingerprint(pem: bytes) -> str:
    """SHA-256 of the key's DER form, hex: the form in which the office publishes it."""
    body = b"".join(line for line in pem.splitlines() if line and not line.startswith(b"-----"))
    return hashlib.sha256(base64.b64decode(body)).hexdigest()
