"""Build the website for a county's settings: static files that any bucket or web server gives as they are.

The settings are explained in docs/website.md; infra/demo/site.toml is an example.

    python -m infra site --settings our-county-site.toml --out build/site
"""

import argparse
from pathlib import Path

from infra.environment import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which settings, and where to."""
    parser.add_argument("--settings", type=Path, default=ROOT / "infra" / "demo" / "site.toml", metavar="FILE.toml")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site", help="emptied first (build/site)")


def run(args: argparse.Namespace) -> int:
    """Build, and say what is there."""
    from infra.site.build import build_site
    from infra.site.settings import read_settings

    build_site(read_settings(args.settings), args.out)
    files = [path for path in args.out.rglob("*") if path.is_file()]
    print(f"{args.out}: {len(files)} files, {sum(path.stat().st_size for path in files) / 1000:.0f} kB")
    return 0
