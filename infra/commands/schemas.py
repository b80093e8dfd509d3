"""Write the JSON Schemas of the ledger's and the reports' files anew, after a change of their types or meanings.

They lie in chalicelib/schemas, and are explained in docs/schemas. Where readers of a file that was published before
would no longer know it, raise the version in the code first: each version is a file of its own.

    python -m infra schemas
"""

import argparse


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_args: argparse.Namespace) -> int:
    """Write what has changed, and name it."""
    from infra.schemas.make import DIRECTORY, renew

    for path in renew():
        print(path.relative_to(DIRECTORY.parent.parent))
    return 0
