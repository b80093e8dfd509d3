"""Which installation a command works on: a deployed stage, a stand, or the one that the environment names.

`--stage S`: the stack huiyin-S of the account; its API function's own settings become this process's.
`--home DIR`: the stand that runs there. Neither: what the environment names, else the stand of this checkout.
"""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperatorError

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container
    from infra.cloud.deployed import Deployed


def add_target(parser: argparse.ArgumentParser) -> None:
    """The options that pick another installation than this checkout's stand. They exclude each other."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--stage", metavar="S", help="a deployed installation, such as production")
    which.add_argument("--home", type=Path, metavar="DIR", help="of the stand to work on; default: .stand/")


def deployed_target(args: argparse.Namespace) -> "Deployed | None":
    """The stage that was asked for, this process now being in its environment; None without `--stage`.

    Whatever installation the environment named before is forgotten: the option says which one is meant.
    Raises OperatorError saying what is missing.
    """
    if args.stage is None:
        return None
    from chalicelib import bootstrap
    from infra.cloud.deployed import deployed, for_this_process

    found = deployed(args.stage)
    for name in [name for name in os.environ if name.startswith("HUIYIN_")]:
        del os.environ[name]
    os.environ.update(for_this_process(found))
    bootstrap.use(None)
    return found


def target(args: argparse.Namespace) -> "Container":
    """The container of the installation to work on. Raises OperatorError saying what is missing."""
    return opened(args)[0]


def opened(args: argparse.Namespace) -> "tuple[Container, Deployed | None]":
    """As `target`, with what is known of the stage; None when it is none. Raises OperatorError."""
    from chalicelib import bootstrap
    from chalicelib.config import SettingsError
    from chalicelib.domain.errors import RulebookError

    stage = deployed_target(args)
    if stage is not None:
        try:
            return bootstrap.container(), stage
        except SettingsError as error:
            raise OperatorError(
                f"The settings of {stage.stack.name} are not complete: {error}. "
                f"Correct them and deploy again: python -m infra deploy --stage {stage.stage}"
            ) from error
        except RulebookError as error:
            raise OperatorError(
                f"The rulebook of {stage.stack.name} cannot be read here: {error}\n"
                "Run the command in the checkout that this stage was deployed from."
            ) from error
    if args.home is None:
        try:
            return bootstrap.container(), None
        except SettingsError as error:
            if os.environ.get("HUIYIN_TABLE"):
                raise OperatorError(f"The environment does not describe an installation: {error}") from error
    from infra.stand.attach import attach
    from infra.stand.settings import DEFAULT_HOME, Home

    attach(Home((args.home or DEFAULT_HOME).resolve()))
    return bootstrap.container(), None


def file_bytes(path: Path) -> bytes:
    """A file the operator named. Raises OperatorError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path}: {error.strerror}") from error
