"""Whether keys and secrets are there, and the ledger is signed by the key that auditors have."""

from collections.abc import Mapping
from typing import Final

from botocore.exceptions import ClientError

from chalicelib.config import Settings
from chalicelib.domain.day_file import PUBLIC_KEY
from infra.doctor.findings import Finding, Patient, judged, not_here, ok, wrong

CHECK: Final = "keys"


def look(patient: Patient) -> list[Finding]:
    """Secrets and keys by name, then the ledger's."""
    named = [] if patient.settings is None else _named(patient, patient.settings)
    return [*named, _ledger(patient)]


def _named(patient: Patient, told: Settings) -> list[Finding]:
    bad: dict[str, str] = {}
    for what, secret in _secrets(told).items():
        state = _secret_state(patient, secret)
        if state is not None:
            bad[f"the secret of {what} {state}"] = (
                "Put it back at once from where it was deleted: aws secretsmanager restore-secret --secret-id "
                f"{secret}. Without it nothing that needs it works; docs/runbook.md."
            )
    for what, key in {"writers' data": told.personal_data_key, "the ledger": told.ledger_key}.items():
        state = str(patient.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"])
        if state != "Enabled":
            bad[f"the key of {what} is {state}"] = (
                f"aws kms cancel-key-deletion --key-id {key}, then aws kms enable-key. Once it is deleted, "
                "what it encrypted is lost for ever."
            )
    return judged(CHECK, bad, f"{len(_secrets(told))} secrets and 2 keys are there", wrong)


def _secrets(told: Settings) -> Mapping[str, str]:
    found = {"desk links": told.link_secret, "query codes": told.hash_secret}
    if told.smtp is not None and told.smtp.password_secret:
        found["the mail server"] = told.smtp.password_secret
    if told.gateway is not None and told.gateway.key_secret:
        found["the SMS gateway"] = told.gateway.key_secret
    return found


def _secret_state(patient: Patient, secret: str) -> str | None:
    """What is wrong with it; None: nothing. Its value is not read."""
    try:
        said = patient.client("secretsmanager").describe_secret(SecretId=secret)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return "is missing"
    return "is to be deleted" if said.get("DeletedDate") else None


def _ledger(patient: Patient) -> Finding:
    """A key that is another than the published one would make the ledger impossible to verify."""
    published = patient.inst.reports.get(PUBLIC_KEY)
    if published is None:
        return not_here("ledger key", "no day is closed yet; the key is published with the first one")
    if published != patient.inst.signer.public_key_pem():
        return wrong(
            "ledger key",
            "the ledger was signed by another key so far; close_day refuses to go on",
            "Name the former key in the stack again (HUIYIN_LEDGER_KEY); docs/runbook.md.",
        )
    return ok("ledger key", f"the published key ({PUBLIC_KEY}) is the one that signs")
