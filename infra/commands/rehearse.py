"""Deploy the real bundle and template into an emulated account that enforces every policy, and do the main job there.

Nothing leaves this machine. Fails when anything is refused or missing, and says which function lacks which right.

    python -m infra rehearse
"""

import argparse
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

    begun = time.monotonic()
    print("building the bundle (half a minute)")
    found = rehearse(build(args.out), print)
    if found:
        raise OperatorError("The rehearsal failed:\n" + "\n".join(found))
    print(f"rehearsed in {time.monotonic() - begun:.0f} s: from nothing to an answered letter")
    return 0
