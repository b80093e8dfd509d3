"""Which installation a command works on: the one the environment names, else the stand of this checkout."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperatorError

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container


def add_target(parser: argparse.ArgumentParser) -> None:
    """The option that picks another stand than this checkout's."""
    parser.add_argument("--home", type=Path, metavar="DIR", help="of the stand to work on; default: .stand/")


def target(args: argparse.Namespace) -> "Container":
    """The container of the installation to work on. Raises OperatorError saying what is missing."""
    from chalicelib import bootstrap
    from chalicelib.config import SettingsError

    if args.home is None:
        try:
            return bootstrap.container()
        except SettingsError as error:
            if os.environ.get("HUIYIN_TABLE"):
                raise OperatorError(f"The environment does not describe an installation: {error}") from error
    from infra.stand.attach import attach
    from infra.stand.settings import DEFAULT_HOME, Home

    attach(Home((args.home or DEFAULT_HOME).resolve()))
    return bootstrap.container()


def file_bytes(path: Path) -> bytes:
    """A file the operator named. Raises OperatorError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path}: {error.strerror}") from error
