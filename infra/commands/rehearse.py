"""Deploy the real bundle and template into an emulated account that enforces every policy, and work with it there.

A letter goes its whole way, every schedule's job runs, the installation is updated with letters open, and put back.
Nothing leaves this machine. Fails when anything is refused or missing, and says which function lacks which right; also
when a policy grants what nothing used.

    python -m infra rehearse
"""

import argparse
import signal
import sys
import time
from pathlib import Path

from infra.environment import ROOT
from infra.errors import OperatorError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--out`: where the bundle is built."""
    parser.add_argument(
        "--out", type=Path, default=ROOT / "build", metavar="DIR", help="for the bundle; default: build/"
    )


def run(args: argparse.Namespace) -> int:
    """Build, rehearse, and say what was found."""
    from infra.package import build
    from infra.rehearsal.run import rehearse

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the emulator is ended too
    begun = time.monotonic()
    print("building the bundle (half a minute)", flush=True)
    found = rehearse(build(args.out), lambda line: print(line, flush=True))
    if found:
        raise OperatorError("The rehearsal failed:\n" + "\n".join(found))
    print(f"rehearsed in {time.monotonic() - begun:.0f} s: from nothing to an answered letter, an update, and back")
    return 0
