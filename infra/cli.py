"""The operator's command line. Each subcommand is a module of infra.commands.

A command module's docstring is its help (the first line in the list, all of it on its own page); it exposes
`add_arguments(parser)` and `run(args) -> int`, the exit code. Only the chosen module is imported, and it imports what
is heavy inside `run`, so that `--help` and `verify` answer at once. The module load_calendar is typed `load-calendar`.
"""

import argparse
import ast
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.errors import OperatorError

_COMMANDS = Path(__file__).parent / "commands"
_PIPE_CLOSED = 141  # what shells report for that
_INTERRUPTED = 130  # what shells report for a program ended by Ctrl-C


def main(arguments: Sequence[str]) -> int:
    """Run one subcommand; the result is the process's exit code (2: wrong usage, 1: the operator must act)."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        args = _parser(arguments).parse_args(arguments)
        code: int = args.run(args)
    except OperatorError as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    return code


def command_names() -> list[str]:
    """The subcommands there are, as typed."""
    return sorted(path.stem.replace("_", "-") for path in _COMMANDS.glob("*.py") if path.stem != "__init__")


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra", description="Run, package and look after Huiyin.")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    chosen = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name in command_names():
        about = _help_of(name)
        command = subparsers.add_parser(
            name,
            help=about.splitlines()[0],
            description=about,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == chosen:
            module = importlib.import_module(f"infra.commands.{name.replace('-', '_')}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser


def _help_of(name: str) -> str:
    source = (_COMMANDS / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or name).replace("%", "%%")
