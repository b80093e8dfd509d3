"""Lints the pages' modules as website/eslint.config.js says; `--fix` mends what can be mended."""

import subprocess
import sys

from infra.errors import OperatorError
from infra.site.node import WEBSITE, node, packages


def lint(*options: str, written: str | None = None) -> subprocess.CompletedProcess[str]:
    """What ESLint says of every module, or of the text `written`. Raises OperatorError when it cannot be installed."""
    program = packages() / "eslint" / "bin" / "eslint.js"
    what = ["."] if written is None else ["--stdin", "--stdin-filename", "src/written.js"]
    command = [str(node()), str(program), "--max-warnings", "0", *options, *what]
    return subprocess.run(command, cwd=WEBSITE, input=written, capture_output=True, text=True, check=False)


def main(*options: str) -> int:
    """Print what is wrong; 0 when nothing is."""
    try:
        done = lint(*options)
    except OperatorError as error:
        print(error)
        return 1
    print(done.stdout + done.stderr, end="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
