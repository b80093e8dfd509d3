"""Build the bundle and the template that are deployed, and prove that the bundle runs by itself.

Writes deployment.zip and sam.json. Fails when the template is faulty, the bundle does not import on its own, or it is
larger than 15 MB.
"""

import argparse
from pathlib import Path

from infra.environment import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--out`: where to write."""
    parser.add_argument("--out", type=Path, default=ROOT / "build", metavar="DIR", help="default: build/")


def run(args: argparse.Namespace) -> int:
    """Build, and print the size."""
    from infra.package import build

    bundle = build(args.out)
    print(f"{bundle.zip}  {bundle.size / 1_000_000:.1f} MB, imports by itself")
    print(f"{bundle.template}  passes cfn-lint")
    return 0
