"""Whether e-mails can go out: the sender is verified and free of the sandbox, or the mail server lets us in."""

from typing import Any, cast

from chalicelib.config import SmtpSettings
from infra.doctor.findings import Finding, Patient, attention, not_here, ok, wrong

CHECK = "mail"
_NEARLY_USED_UP = 0.8


def look(patient: Patient) -> list[Finding]:
    """By the way that is set."""
    told = patient.settings
    if told is None:
        return [not_here(CHECK, "no settings say how mail goes out")]
    if told.smtp is not None:
        return _smtp(patient, told.smtp, told.mail_from)
    if patient.found is not None and patient.found.account.in_china:
        return [
            wrong(
                CHECK, "SES is not offered in this region", "Set mailer smtp with a mail server of yours; deploy again."
            )
        ]
    return [*_sender(patient, told.mail_from), *_account(patient)]


def _sender(patient: Patient, address: str) -> list[Finding]:
    """Verified by itself, by its domain, or by a domain above that one."""
    labels = address.rpartition("@")[2].lower().split(".")
    domains = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    said = patient.client("ses").get_identity_verification_attributes(Identities=[address, *domains])
    good = [name for name, each in said["VerificationAttributes"].items() if each["VerificationStatus"] == "Success"]
    if good:
        return [ok(CHECK, f"sender {address} is verified ({good[0]})")]
    return [
        wrong(
            CHECK,
            f"sender {address} is not verified: no mail goes out",
            f"In the SES console of this region, under Verified identities, create {domains[0]} and enter its records "
            "where the domain is kept; or create the address and open the link mailed to it. Then look again.",
        )
    ]


def _account(patient: Patient) -> list[Finding]:
    """Sandbox, a stop, and how much of the day's quota is used."""
    said = patient.client("sesv2").get_account()
    findings = []
    if not said.get("SendingEnabled", True):
        findings.append(wrong(CHECK, "SES has stopped this account's sending", "Its console names the cause."))
    if not said.get("ProductionAccessEnabled", False):
        findings.append(
            wrong(
                CHECK,
                "SES keeps this account in its sandbox: only verified addresses get mail",
                "In the SES console, under Account dashboard, request production access; it takes about a day.",
            )
        )
    if said.get("EnforcementStatus", "HEALTHY") != "HEALTHY":
        findings.append(
            attention(CHECK, "SES watches this account for bounces or complaints", "Its console names the cause.")
        )
    return [*findings, _quota(said.get("SendQuota", {}))]


def _quota(said: dict[str, Any]) -> Finding:
    most, used = float(said.get("Max24HourSend", -1)), float(said.get("SentLast24Hours", 0))
    if most < 0:
        return ok("mail quota", "no daily limit")
    words = f"{used:.0f} of {most:.0f} mails of a day used"
    if used >= _NEARLY_USED_UP * most:
        return attention("mail quota", words, "Ask for a higher sending limit in the SES console.")
    return ok("mail quota", words)


def _smtp(patient: Patient, told: SmtpSettings, sender: str) -> list[Finding]:
    """Connect, TLS, login; nothing is sent. From this machine: the functions go another way through the network."""
    from chalicelib.adapters.smtp_mail import SmtpMail
    from chalicelib.ports import SendingError

    server = f"{told.host}:{told.port}"
    try:
        cast(SmtpMail, patient.inst.mailer).try_login()
    except ValueError:
        return [wrong(CHECK, f"{server} is asked without TLS", "Set security tls (port 465) or starttls (port 587).")]
    except SendingError as error:
        return [
            wrong(
                CHECK,
                f"the mail server {server} does not let us in: {error}",
                "Look at host, port and security; then at user and password (deploy takes a new one). From this "
                "machine a firewall may also be in the way.",
            )
        ]
    login = "logged in" if told.user else "no login is set"
    return [ok(CHECK, f"the mail server {server} answers by {told.security}, {login}; sender {sender}")]
