"""The operator's pages say what is there: every alarm, finding and setting, and no command or option that is not."""

import argparse
import importlib
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import BaseModel

from chalicelib.services.reconcile import Findings
from infra.cli import command_names
from infra.cloud.ask import questions
from infra.cloud.secrets import VARIABLES
from infra.cloud.settings import DeploymentSettings
from infra.environment import RESOURCES, ROOT
from infra.template import load

PAGES: Final = tuple(ROOT / "docs" / f"{name}.md" for name in ("deployment", "runbook", "prices"))
DEPLOYMENT, RUNBOOK, PRICES = PAGES
COMMAND: Final = "python -m infra "
BUDGET: Final = "costs"
"""The mail about costs comes from AWS Budgets, which tells no description."""
NO_LETTERS: Final = {"letters_checked", "finished"}
"""What reconcile tells of its round, and nobody has to look at."""
_HEADING: Final = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_FENCED: Final = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE: Final = re.compile(r"`([^`\n]+)`")
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def headings(page: Path) -> list[tuple[int, str]]:
    """Depth and words, those in code blocks left out."""
    return [(len(marks), words) for marks, words in _HEADING.findall(_FENCED.sub("", text_of(page)))]


def anchor(words: str) -> str:
    """As the pages' readers (GitHub and others) make it of a heading."""
    return re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")


def sections_under(page: Path, beginning: str) -> set[str]:
    """Headings of the third depth under the second-depth heading that begins so."""
    found, inside = set(), False
    for depth, words in headings(page):
        if depth == 2:
            inside = words.startswith(beginning)
        elif inside and depth == 3:
            found.add(words)
    return found


def table_names(page: Path, heading: str) -> list[str]:
    """The first column of the tables under a heading, where it is one name in code."""
    part = text_of(page).split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([a-z_. ]+)` \|", part, re.MULTILINE)


def test_every_alarm_has_its_section_and_every_section_its_alarm() -> None:
    named = set(re.findall(r"docs/runbook\.md#([\w-]+)", RESOURCES.read_text(encoding="utf-8")))
    assert named, "no alarm names the runbook"
    assert sections_under(RUNBOOK, "告警") == named | {BUDGET}


@pytest.mark.parametrize("alarm", sorted(sections_under(RUNBOOK, "告警")))
def test_a_section_says_what_it_means_what_is_not_lost_and_what_to_do(alarm: str) -> None:
    part = text_of(RUNBOOK).split(f"\n### {alarm}\n", 1)[1].split("\n### ", 1)[0]
    missing = [word for word in ("影响", "怎么办", "找人") if word not in part]
    assert not missing
    assert "没有丢" in part or alarm in {BUDGET} or "没有一半" in part
    assert re.search(r"\*[A-Z].{60,}\*", part, re.DOTALL), "nothing in English"


def test_every_finding_of_reconcile_is_explained() -> None:
    there = {each.name for each in fields(Findings)} - NO_LETTERS
    assert sorted(table_names(RUNBOOK, "核对发现的问题")) == sorted(there)


def test_every_log_group_is_named() -> None:
    named = set(re.findall(r"`(\w+Log)`", text_of(RUNBOOK)))
    assert named == set(load().of_type("AWS::Logs::LogGroup"))


def settings(model: Any, before: str = "") -> Iterator[str]:
    """Every name of the settings, as `mail.sender`."""
    for name, field in model.model_fields.items():
        part = field.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield from settings(part, f"{before}{name}.")
        else:
            yield before + name


def test_every_setting_is_explained_and_none_is_made_up() -> None:
    assert sorted(table_names(DEPLOYMENT, "第七步")) == sorted(settings(DeploymentSettings))


def test_every_question_that_deploy_asks_is_translated() -> None:
    told = dict(re.findall(r"^\| ([A-Z][^|]+) \| [^|]+ \| `([a-z_.]+)` \|$", text_of(DEPLOYMENT), re.MULTILINE))
    asked = {re.split(r" \(|:", each.words)[0]: each.key for each in questions()}
    assert told == asked


def checks() -> Iterator[str]:
    """What the doctor's lines begin with, as its modules name them."""
    verdict = re.compile(r"\b(?:ok|wrong|attention|not_here|judged)\(\s*\"([a-z_ ]+)\"")
    job = re.compile(r"\b_late\(patient, \"([a-z_]+)\"")
    own = re.compile(r"^CHECK(?:: Final)? = \"([a-z ]+)\"", re.MULTILINE)
    for module in (ROOT / "infra" / "doctor").glob("*.py"):
        text = module.read_text(encoding="utf-8")
        yield from (*verdict.findall(text), *own.findall(text), *(f"job {each}" for each in job.findall(text)))


def test_every_line_of_the_doctor_is_explained() -> None:
    assert sorted(table_names(DEPLOYMENT, "第十一步")) == sorted(set(checks()))


def test_the_variables_that_take_passwords_are_told() -> None:
    assert all(name in text_of(DEPLOYMENT) for name in VARIABLES.values())


def test_the_price_table_says_what_the_bill_is_made_with() -> None:
    prices = tomllib.loads((ROOT / "tests" / "bench" / "prices.toml").read_text("utf-8"))["price"]
    told = dict(re.findall(r"^\| `([a-z0-9_]+)` \| [^|]+ \| ([\d.]+ / [\d,]+) ", text_of(PRICES), re.MULTILINE))
    assert told == {name: f"{each['price']:g} / {each['per']:,}" for name, each in prices.items()}


@cache
def parser_of(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=command, exit_on_error=False)
    importlib.import_module(f"infra.commands.{command.replace('-', '_')}").add_arguments(parser)
    return parser


def options_of(command: str) -> set[str]:
    return {option for action in parser_of(command)._actions for option in action.option_strings}


def commands(page: Path) -> Iterator[str]:
    """Whole commands, in code blocks and in running text; comments behind them are cut off."""
    blocks = "\n".join(_FENCED.findall(text_of(page))).replace("\\\n", " ").splitlines()
    running = _INLINE.findall(_FENCED.sub("", text_of(page)))
    for line in (*blocks, *running):
        if COMMAND in line:
            yield re.split(r"\s#\s?", line.split(COMMAND, 1)[1])[0].strip()


def given(page: Path) -> Iterator[str]:
    """What running text says of commands in short: `new-link --revoke`, `--show`."""
    for code in _INLINE.findall(_FENCED.sub("", text_of(page))):
        first = code.split()[0] if code.split() else ""
        if first.startswith("--") or (first in command_names() and " --" in code):
            yield code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_shown_is_one(page: Path) -> None:
    for line in commands(page):
        name, *arguments = shlex.split(line)
        assert name in command_names(), line
        try:
            _, unknown = parser_of(name).parse_known_args(arguments)
        except (argparse.ArgumentError, SystemExit) as error:
            pytest.fail(f"{page.name}: {line}: {error}")
        assert not unknown, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_that_is_mentioned_exists(page: Path) -> None:
    for code in given(page):
        words = code.split()
        among = [words[0]] if words[0] in command_names() else command_names()
        known = set().union(*map(options_of, among))
        assert {word for word in words if word.startswith("--")} <= known, code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?\bmake ([a-z-]+)(?: [A-Z]+=\S+)*`", text_of(page))) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(text_of(page)):
        if link.startswith("http"):
            continue
        path, _, part = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if part:
            assert part in {anchor(words) for _, words in headings(target)}, link
