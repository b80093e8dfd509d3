"""Put this version into an account, or an earlier one back: what would change is shown before anything is changed.

The settings are asked for once and kept in deployments/<stage>.toml. Which account: AWS_PROFILE or your sign-in, and
AWS_REGION. A run that was cut off is simply run again. docs/deployment.md goes through all of it, step by step.

    python -m infra deploy --stage production
    python -m infra deploy --stage production --versions
    python -m infra deploy --stage production --back-to 4f2a1b9c0d3e
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from infra.environment import ROOT
from infra.errors import OperatorError

if TYPE_CHECKING:
    from infra.cloud.deploying import Done
    from infra.cloud.deployment import Target
    from infra.cloud.versions import Version


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which stage, which version, and whether to ask."""
    parser.add_argument("--stage", default="production", metavar="S", help="its name; default: production")
    parser.add_argument("--settings", type=Path, metavar="FILE.toml", help="default: deployments/<stage>.toml")
    parser.add_argument("--yes", action="store_true", help="do not ask before the changes are made")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--show", action="store_true", help="only show what would change")
    which.add_argument("--versions", action="store_true", help="only list the versions there were")
    which.add_argument("--back-to", metavar="VERSION", help="an earlier version instead of this checkout's")
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "build",
        metavar="DIR",
        help="for pages of a server of your own; default: build/",
    )


def run(args: argparse.Namespace) -> int:
    """Settings, bundle, change set, pages, first person."""
    from infra.cloud.account import account, stack_name
    from infra.cloud.deploying import in_bundle, listed, pages_here, settings_for, told
    from infra.cloud.deployment import Target
    from infra.cloud.versions import version

    stack_name(args.stage)
    here = account()
    print(f"account {here.id}, region {here.region}, stage {args.stage}")
    if args.versions:
        print("\n".join(listed(here, args.stage)))
        return 0
    agreed = _agreed(args)
    settings = settings_for(here, args.stage, args.settings)
    target = Target(here, args.stage, settings, in_bundle(settings.rulebook))
    earlier = version(here, args.stage, args.back_to) if args.back_to else None
    try:
        done = _deployed(target, earlier, agreed)
    except KeyboardInterrupt:
        print(
            f"cut off; what has begun in the cloud goes on. Run it again: python -m infra deploy --stage {args.stage}"
        )
        raise
    if done is not None:
        if settings.site.hosting == "elsewhere":
            folder = pages_here(target, done, args.out)
            print(f"copy what lies in {folder} to your own web server: these are the pages")
        print("\n".join(told(target, done)))
    return 0


def _deployed(target: "Target", earlier: "Version | None", agreed: Callable[[str], bool]) -> "Done | None":
    """This checkout's version, built in a folder of its own so that two runs do not share one; or an earlier one."""
    from chalicelib.adapters.system_clock import SystemClock
    from infra.cloud.deploying import deploy
    from infra.package import build

    now = SystemClock().now
    if earlier is not None:
        return deploy(target, earlier, now, agreed, print)
    with tempfile.TemporaryDirectory(prefix="huiyin-deploy-") as folder:
        print("building the bundle (half a minute)")
        return deploy(target, build(Path(folder), region=target.account.region), now, agreed, print)


def _agreed(args: argparse.Namespace) -> Callable[[str], bool]:
    """Asks before the changes are made."""
    if args.show:
        return lambda _: False
    if args.yes:
        return lambda _: True
    if not sys.stdin.isatty() and not args.versions:
        raise OperatorError("Nobody can be asked here. Look with --show, and run it again with --yes.")
    return lambda words: input(f"{words} Type yes: ").strip().lower() == "yes"
