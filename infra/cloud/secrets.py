"""Secrets of outside services: the mail server's password, the SMS gateway's key. Only Secrets Manager keeps them."""

import getpass
import os
import sys
from collections.abc import Mapping
from typing import Final

from botocore.exceptions import ClientError

from infra.cloud.account import Account, told
from infra.cloud.settings import GATEWAY_KEY, SMTP_PASSWORD
from infra.errors import OperatorError

VARIABLES: Final[Mapping[str, str]] = {SMTP_PASSWORD: "HUIYIN_SMTP_PASSWORD", GATEWAY_KEY: "HUIYIN_GATEWAY_KEY"}
"""From where a run without a terminal takes them."""
_WORDS: Final[Mapping[str, str]] = {
    SMTP_PASSWORD: "Password of the mail server",
    GATEWAY_KEY: "Key of the SMS gateway",
}


def ensure_secret(account: Account, stack: str, name: str, environ: Mapping[str, str] = os.environ) -> None:
    """Keep what the variable says; else ask, unless it is there already. Raises OperatorError when it is nowhere."""
    given = environ.get(VARIABLES[name], "")
    if not given and _is_there(account, f"{stack}/{name}"):
        return
    if not given and sys.stdin.isatty():
        given = getpass.getpass(f"{_WORDS[name]} (kept in Secrets Manager, shown nowhere): ").strip()
    if not given:
        raise OperatorError(f"{_WORDS[name]} is missing. Set {VARIABLES[name]} for this one run, and try again.")
    _keep(account, f"{stack}/{name}", given)


def _is_there(account: Account, secret: str) -> bool:
    with told("Secrets Manager does not answer"):
        try:
            account.client("secretsmanager").get_secret_value(SecretId=secret)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return False
            raise
    return True


def _keep(account: Account, secret: str, text: str) -> None:
    manager = account.client("secretsmanager")
    with told("The secret cannot be kept"):
        try:
            manager.create_secret(Name=secret, SecretString=text)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceExistsException":
                raise
            manager.put_secret_value(SecretId=secret, SecretString=text)
