"""Every route there is, walked: who is let in, and what an error looks like."""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

import chalicelib.api
from app import app
from chalicelib import bootstrap
from chalicelib.api.routes import ROUTES as TABLE
from tests.functional.world import World

ROUTES = sorted((method, path) for path, methods in app.routes.items() for method in methods)
DESK = [(method, path) for method, path in ROUTES if path.startswith("/desk") and path != "/desk/links"]
PUBLIC = {
    ("GET", "/challenge"),
    ("GET", "/health"),
    ("GET", "/letters/{tracking_code}"),
    ("GET", "/rulebook"),
    ("GET", "/units"),
    ("POST", "/desk/links"),
    ("POST", "/letters"),
    ("POST", "/letters/{tracking_code}/moves/{move}"),
    ("POST", "/previews"),
    ("POST", "/uploads"),
}


@pytest.fixture
def world() -> Iterator[World]:
    """A county with one letter in it."""
    yield World()
    bootstrap.use(None)


def filled(path: str) -> str:
    """The path with something in its blanks."""
    return re.sub(r"{(\w+)}", lambda blank: "accept" if blank[1] == "move" else "0" * 12, path)


def test_every_route_is_either_the_desks_or_known_to_be_public() -> None:
    """A new route must say which: one that is in neither list fails here."""
    assert set(ROUTES) == set(DESK) | PUBLIC
    assert len(DESK) >= 4


def test_the_table_names_every_view_there_is_with_the_blanks_it_takes() -> None:
    """Views are loaded by name on first use: a wrong name would be found out by a citizen, a missing one by nobody."""
    views = {
        f"{module.name}.{name}": view
        for module in iter_modules(chalicelib.api.__path__)
        for name, view in vars(import_module(f"chalicelib.api.{module.name}")).items()
        if re.match("(get|post|put|delete)_", name)
    }
    assert sorted(view for _, _, view in TABLE) == sorted(views)
    for method, path, view in TABLE:
        assert view.partition(".")[2].startswith(method.lower())
        assert [*inspect.signature(views[view]).parameters] == re.findall(r"{(\w+)}", path), path


@pytest.mark.parametrize(("method", "path"), DESK)
@pytest.mark.parametrize("token", [None, "Bearer ", "Bearer nonsense", "Basic Y2xlcms6"])
def test_the_desk_lets_nobody_in_without_a_good_link(world: World, method: str, path: str, token: str | None) -> None:
    """Before anything else is looked at: body, letter and move may be as wrong as they like."""
    headers = {"Authorization": token} if token else {}
    for place in (filled(path), re.sub(r"{\w+}", "!!", path)):
        said = world.call(method, place, headers=headers, raw=b"{" if method == "POST" else b"")
        assert said.refused() == (401, "link_refused"), place
        assert said["reason"] == "malformed"
        assert said.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_answers_errors_as_problem_documents(world: World, method: str, path: str) -> None:
    """Wrong method, wrong type, no link, no code: always the one shape, never cached."""
    said = [
        world.call("PATCH", filled(path)),
        world.call(method, filled(path), headers={"Content-Type": "text/plain"}, raw=b"x"),
    ]
    if (method, path) not in {("GET", "/health"), ("GET", "/rulebook"), ("GET", "/units"), ("GET", "/challenge")}:
        said.append(world.call(method, filled(path), raw=b"[]"))
    for each in said:
        assert 400 <= each.status < 500
        assert each.headers["content-type"] == "application/problem+json"
        assert each.headers["cache-control"] == "no-store"
        assert {"type", "title", "status", "detail"} <= set(each.body)
        assert each["status"] == each.status


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_failure_nobody_foresaw_is_a_problem_document_on_every_route(method: str, path: str) -> None:
    """Without settings nothing works; even so no stack trace gets out."""
    world = World()
    bootstrap.use(None)
    said = world.call(method, filled(path), headers={"Authorization": "Bearer x"}, raw=b"{}")
    assert said.refused() == (500, "unexpected")
    assert "HUIYIN" not in said.raw


def test_every_route_may_be_called_from_a_page() -> None:
    assert all(entry.cors for methods in app.routes.values() for entry in methods.values())
