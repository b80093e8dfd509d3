"""A clone a year from now gets what was tested today."""

import importlib.metadata
import re

import pytest

from infra.environment import ROOT

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(\[[a-z0-9,]+\])?==(?P<version>\S+)(\s+# .+)?$")
# Part of the Python installation itself, not of the project.
_OF_PYTHON = {"pip"}


def _lines(file: str) -> list[str]:
    lines = (ROOT / file).read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def _pins(file: str) -> dict[str, str]:
    matches = [_PIN.match(line) for line in _lines(file)]
    return {_normal(match["name"]): match["version"] for match in matches if match}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    "file", ["requirements.txt", "requirements-dev.txt", "requirements-emulator.txt", "constraints.txt"]
)
def test_every_version_is_pinned(file: str) -> None:
    assert [line for line in _lines(file) if not _PIN.match(line)] == []
    assert _lines(file)


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_says_what_it_is_for(file: str) -> None:
    assert [line for line in _lines(file) if "  # " not in line] == []


def test_the_bundle_does_not_carry_chalice() -> None:
    """Chalice adds its small runtime by itself; as a requirement it would bring pip and setuptools, 5 MB."""
    assert "chalice" not in _pins("requirements.txt")


def test_the_constraints_agree_with_the_requirements() -> None:
    constraints = _pins("constraints.txt")
    for name, version in {**_pins("requirements.txt"), **_pins("requirements-dev.txt")}.items():
        assert constraints[name] == version


def test_everything_installed_is_pinned_at_its_version() -> None:
    """What a requirement brings along must be pinned too."""
    installed = {_normal(found.metadata["Name"]): found.version for found in importlib.metadata.distributions()}
    constraints = _pins("constraints.txt")
    assert {name: version for name, version in installed.items() if constraints.get(name) != version} == {
        name: installed[name] for name in _OF_PYTHON & installed.keys()
    }
