"""The people of a rehearsal, over the deployed REST API: a citizen, and staff who follow the links in their mails."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from infra.errors import OperatorError

Json = Any
T = TypeVar("T")
_DESK_LINK: Final = re.compile(r"https?://\S+/desk\.html#(\S+)")


@dataclass(frozen=True, slots=True)
class Api:
    """The deployed REST API, as a browser reaches it. `patience`: seconds until a request is given up."""

    address: str
    patience: float = 60.0

    def call(self, method: str, path: str, body: Json = None, **headers: str) -> Json:
        """The answer: JSON, or the text of a page. Raises OperatorError with what the API said when it is no 2xx."""
        status, answer = self.tries(method, path, body, **headers)
        if not 200 <= status < 300:
            raise OperatorError(f"{method} {path} answered {status}: {json.dumps(answer, ensure_ascii=False)}")
        return answer

    def tries(self, method: str, path: str, body: Json = None, **headers: str) -> tuple[int, Json]:
        """Status and JSON (or text) of the answer, whatever it is; 0 without one. Headers are written `Query_Code`."""
        data = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Accept": "application/json", "Content-Type": "application/json", **named}
        request = urllib.request.Request(f"{self.address}{path}", data, sent, method=method)
        try:
            with direct().open(request, timeout=self.patience) as answer:
                return answer.status, _json_or_text(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _json_or_text(error.read())
        except OSError as error:
            return 0, str(error)


@dataclass(frozen=True, slots=True)
class Desk:
    """A staff person's desk, opened by the link in a mail."""

    api: Api
    token: str

    @classmethod
    def opened(cls, api: Api, mail: str) -> "Desk":
        """Follow the mail's link. Raises OperatorError when it has none."""
        found = _DESK_LINK.search(mail)
        if found is None:
            raise OperatorError("A mail to the staff holds no link to the desk.")
        return cls(api, found[1])

    def waiting(self) -> list[Json]:
        """The letters that wait for this person."""
        found: list[Json] = self.call("GET", "/desk")["letters"]
        return found

    def letter(self, code: str) -> Json:
        """One letter as this person sees it."""
        return self.call("GET", f"/desk/letters/{code}")

    def makes(self, letter: str, move: str, **fields: Json) -> Json:
        """Make a move, as the page does: conditioned on the version it shows."""
        version = str(self.letter(letter)["version"])
        return self.call("POST", f"/desk/letters/{letter}/moves/{move}", fields, If_Match=version)

    def call(self, method: str, path: str, body: Json = None, **headers: str) -> Json:
        """A request with the link's token. Raises OperatorError when the answer is no 2xx."""
        return self.api.call(method, path, body, Authorization=f"Bearer {self.token}", **headers)


def opened(address: str) -> bytes:
    """What lies at an address that somebody was given. Raises OperatorError when it is refused."""
    try:
        with direct().open(address, timeout=60) as answer:
            data: bytes = answer.read()
    except urllib.error.HTTPError as error:
        path = error.url.partition("?")[0]
        raise OperatorError(f"A signed address does not open: {error.code} at {path}") from error
    return data


def wait_until(find: Callable[[], T | None], failure: str, seconds: float, pause: float = 0.5) -> T:
    """What `find` finds, asked for again and again. Raises OperatorError with `failure` after so many seconds."""
    deadline = time.monotonic() + seconds
    while (found := find()) is None:
        if time.monotonic() > deadline:
            raise OperatorError(f"{failure}, although it was waited for {seconds:.0f} seconds.")
        time.sleep(pause)
    return found


def direct() -> urllib.request.OpenerDirector:
    """Opens addresses of this machine, whatever proxy the machine has for others."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _json_or_text(data: bytes) -> Json:
    try:
        return json.loads(data or b"null")
    except json.JSONDecodeError:
        return data.decode(errors="replace")
