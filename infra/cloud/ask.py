"""Asks for a county's settings once, question by question, and writes them down where they are read from then on.

An answer that cannot be is asked for again at once, with what is wrong about it. The file may be edited afterwards.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from infra.cloud.settings import DeploymentSettings, settings_of
from infra.errors import OperatorError
from infra.rulebooks import chosen

Answers = dict[str, str]
Ask = Callable[[str], str]
Say = Callable[[str], None]

_QUESTIONS: Final = Path(__file__).with_name("questions.toml")
_NUMBERS: Final = frozenset({"port", "monthly_budget"})


@dataclass(frozen=True, slots=True)
class Question:
    """`key`: where the answer belongs, as `mail.sender`. The other fields are explained in questions.toml."""

    key: str
    words: str
    usual: str | None = None
    in_china: str | None = None
    only_if: Mapping[str, str] = field(default_factory=dict)

    def belongs_after(self, answers: Answers) -> bool:
        """Whether it is to be asked after these answers."""
        return all(answers.get(key) == wanted for key, wanted in self.only_if.items())


def questions() -> tuple[Question, ...]:
    """All of them, in order."""
    return tuple(Question(**each) for each in tomllib.loads(_QUESTIONS.read_text("utf-8"))["question"])


def ask_all(in_china: bool, rulebooks: list[str], ask: Ask, say: Say) -> Answers:
    """Ask everything. The result has a key a question, as `mail.sender`.

    `in_china`: what has one answer there is not asked.
    """
    answers: Answers = {}
    for question in questions():
        if not question.belongs_after(answers):
            continue
        if in_china and question.in_china is not None:
            answers[question.key] = question.in_china
        else:
            words = question.words.replace("{rulebooks}", ", ".join(rulebooks))
            answers[question.key] = _answer(question, words, answers, ask, say)
    return answers


def _answer(question: Question, words: str, answers: Answers, ask: Ask, say: Say) -> str:
    hint = f" [{question.usual}]" if question.usual else ""
    while True:
        given = ask(f"{words}{hint} ").strip() or question.usual
        if given is None:
            say("  An answer is needed here.")
        elif wrong := _wrong(question.key, {**answers, question.key: given}):
            say(f"  {wrong}")
        else:
            return given


def _wrong(key: str, answers: Answers) -> str:
    """What the settings would say of this one answer; nothing when it is fine so far."""
    try:
        settings_of(_nested(answers), "")
    except OperatorError as error:  # of the questions still to come, at least
        lines = [line.strip() for line in str(error).splitlines()]
        if about := [line.removeprefix(f"{key}: ") for line in lines if line.startswith(f"{key}: ")]:
            return about[0]
    return _wrong_rulebook(answers[key]) if key == "rulebook" else ""


def _wrong_rulebook(name_or_file: str) -> str:
    try:
        chosen(name_or_file)
    except OperatorError as error:
        return str(error)
    return ""


def write_settings(answers: Answers, path: Path) -> DeploymentSettings:
    """Check all of it and write the file. Raises OperatorError with every mistake; nothing is written then."""
    tree = _nested(answers)
    settings = settings_of(tree, "your answers")
    top = [f"{name} = {_toml(value)}" for name, value in tree.items() if not isinstance(value, dict)]
    parts = [
        "\n".join(["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in part.items())])
        for name, part in tree.items()
        if isinstance(part, dict)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(["# Settings of this installation; docs/deployment.md explains each name.", *top, *parts, ""])
    path.write_text(text, encoding="utf-8")
    return settings


def _nested(answers: Answers) -> dict[str, Any]:
    """`{"mail.by": "ses"}` as `{"mail": {"by": "ses"}}`. Whole numbers become numbers; empty answers are left out."""
    tree: dict[str, Any] = {}
    for key, value in answers.items():
        part, _, name = key.rpartition(".")
        if value:
            place = tree.setdefault(part, {}) if part else tree
            place[name] = int(value) if name in _NUMBERS and value.isascii() and value.isdigit() else value
    return tree


def _toml(value: Any) -> str:
    """A string or a number; JSON's strings are TOML's too."""
    return json.dumps(value, ensure_ascii=False)
