"""The end of an installation: not while anybody's letter would be lost, and never without what holds the data."""

import argparse
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from infra.cloud.account import told
from infra.cloud.stack import find
from infra.commands import destroy
from infra.errors import OperatorError
from infra.rehearsal.stage import STAGE, Rehearsal


def end(rehearsal: Rehearsal) -> None:
    """`destroy` refuses, and everything goes on; with a backup it takes the programs away and leaves the letters."""
    said = ""
    try:
        _destroy(None)
    except OperatorError as error:
        said = str(error)
    if "letters lie in" not in said:
        raise OperatorError(f"destroy does not refuse to lose letters: {said or 'it said nothing'}")
    if rehearsal.api.tries("GET", "/health")[0] != 200:
        raise OperatorError("After destroy has refused, the API does not answer any more.")
    table = rehearsal.deployed().environment["HUIYIN_TABLE"]
    folder = rehearsal.scratch / "backup"
    _destroy(folder)
    if find(rehearsal.place.account, rehearsal.target.stack) is not None:
        raise OperatorError("After destroy the stack is still there.")
    if not [each for each in folder.rglob("*") if each.is_file()]:
        raise OperatorError("destroy has taken the programs away without a backup.")
    with told("The letters have gone with the stack"):
        rehearsal.place.account.client("dynamodb").describe_table(TableName=table)


def _destroy(backup_to: Path | None) -> None:
    with redirect_stdout(StringIO()):
        destroy.run(argparse.Namespace(stage=STAGE, backup_to=backup_to, confirm=STAGE))
