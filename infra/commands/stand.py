"""Run the whole product on this machine: API, website, jobs, a demo county, and a clock you can move.

Everything is kept in .stand/ and is there again at the next start; to begin anew, end it and delete that folder. The
last lines it prints say what to open. Ctrl-C ends it.

    python -m infra stand --port 8123 --rulebook chongqing-2005
"""

import argparse
import os
from pathlib import Path

from infra.stand.settings import DEFAULT_HOME, RULEBOOK


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen and where to keep things."""
    parser.add_argument("--port", type=_port, default=8000, help="on 127.0.0.1; default: 8000")
    parser.add_argument("--home", type=Path, default=DEFAULT_HOME, metavar="DIR", help="default: .stand/")
    parser.add_argument(
        "--rulebook",
        metavar="NAME_OR_FILE",
        help="a rulebook that is shipped, or a file of your own (docs/rulebooks.md); default: $HUIYIN_RULEBOOK, or "
        f"{RULEBOOK}. Letters that are there keep the one they began with",
    )
    parser.add_argument(
        "--proof",
        action="store_true",
        help="let browsers compute for a second before a letter is taken (HUIYIN_PROOF=on in an installation)",
    )
    parser.add_argument(
        "--report-language",
        choices=("zh-Hans", "zh-Hant", "en"),
        default="zh-Hans",
        help="what reports are written in (HUIYIN_REPORT_LANGUAGE in an installation); default: zh-Hans",
    )


def run(args: argparse.Namespace) -> int:
    """Until Ctrl-C."""
    from infra.rulebooks import chosen
    from infra.stand.run import run as run_stand
    from infra.stand.settings import Chosen, Home

    rulebook = chosen(args.rulebook or os.environ.get("HUIYIN_RULEBOOK") or RULEBOOK)
    run_stand(Home(args.home.resolve()), args.port, Chosen(rulebook, args.proof, args.report_language))
    return 0
