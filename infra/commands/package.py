"""Build the bundle and the template that are deployed, and prove that the bundle runs by itself.

Writes deployment.zip and sam.json. Fails when the template is faulty, the bundle does not import on its own, or it is
larger than 15 MB.
"""

import argparse
from pathlib import Path

from infra.environment import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--out`: where to write; `--rulebook`: the county's own; `--region`: where it will run."""
    parser.add_argument("--out", type=Path, default=ROOT / "build", metavar="DIR", help="default: build/")
    parser.add_argument(
        "--rulebook",
        type=Path,
        metavar="FILE",
        help="the county's own rulebook; it is kept in deployments/rulebooks/ and goes into every bundle from now on",
    )
    parser.add_argument("--region", help="check the template for this region too, for instance cn-north-1")


def run(args: argparse.Namespace) -> int:
    """Build, and print the size."""
    from infra import own_rulebooks
    from infra.package import build

    if args.rulebook is not None:
        name = own_rulebooks.take(args.rulebook)
        print(f"{name} is kept in {own_rulebooks.FOLDER.relative_to(ROOT)}/, with the versions before it")
    bundle = build(args.out, region=args.region)
    proven = "imports by itself" if bundle.imported else "not imported here: only Linux on x86_64 can"
    print(f"{bundle.zip}  {bundle.size / 1_000_000:.1f} MB, {proven}")
    print(f"{bundle.template}  passes cfn-lint{' for ' + args.region if args.region else ''}")
    return 0
