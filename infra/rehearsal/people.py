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
PATIENCE_SECONDS: Final = 150.0  # the schedule that sends mail runs every minute
_DESK_LINK: Final = re.compile(r"https?://\S+/desk\.html#(\S+)")
_CODE: Final = re.compile(r"\b(\d{6})\b")


@dataclass(frozen=True, slots=True)
class Api:
    """The deployed REST API, as a browser reaches it."""

    address: str

    def call(self, method: str, path: str, body: Json = None, **headers: str) -> Json:
        """The answer's JSON. Raises OperatorError with what the API said when it is no 2xx."""
        status, answer = self.tries(method, path, body, **headers)
        if not 200 <= status < 300:
            raise OperatorError(f"{method} {path} answered {status}: {json.dumps(answer, ensure_ascii=False)}")
        return answer

    def tries(self, method: str, path: str, body: Json = None, **headers: str) -> tuple[int, Json]:
        """Status and JSON of the answer, whatever it is. Headers are written `Query_Code`."""
        data = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Accept": "application/json", "Content-Type": "application/json", **named}
        request = urllib.request.Request(f"{self.address}{path}", data, sent, method=method)
        try:
            with _direct().open(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, _json_or_text(error.read())


@dataclass(slots=True)
class Post:
    """What the emulated mail service has sent. `seen` mails are not found a second time."""

    endpoint: str
    seen: set[str]

    def wait_for(self, address: str, words: str) -> str:
        """The text of the next mail to this address that holds these words, waiting until it comes."""
        return wait_until(lambda: self._next(address, words), f"no mail with {words!r} has come to {address}")

    def _next(self, address: str, words: str) -> str | None:
        with _direct().open(f"{self.endpoint}/_ministack/ses/messages", timeout=30) as answer:
            accounts = json.load(answer)["messages"]
        for mail in sorted((each for mails in accounts.values() for each in mails), key=lambda each: each["Timestamp"]):
            text = f"{mail['Subject']}\n{mail['BodyText']}"
            if mail["MessageId"] not in self.seen and address in mail["To"] and words in text:
                self.seen.add(mail["MessageId"])
                return text
        return None


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
        found: list[Json] = self._call("GET", "/desk")["letters"]
        return found

    def letter(self, code: str) -> Json:
        """One letter as this person sees it."""
        return self._call("GET", f"/desk/letters/{code}")

    def makes(self, code: str, move: str, **fields: Json) -> Json:
        """Make a move, as the page does: conditioned on the version it shows."""
        version = str(self.letter(code)["version"])
        return self._call("POST", f"/desk/letters/{code}/moves/{move}", fields, If_Match=version)

    def _call(self, method: str, path: str, body: Json = None, **headers: str) -> Json:
        return self.api.call(method, path, body, Authorization=f"Bearer {self.token}", **headers)


def code_in(mail: str) -> str:
    """The one-time code in a mail. Raises OperatorError when it has none."""
    found = _CODE.search(mail)
    if found is None:
        raise OperatorError("A mail that should hold a one-time code holds none.")
    return found[1]


def wait_until(find: Callable[[], T | None], failure: str, seconds: float = PATIENCE_SECONDS) -> T:
    """What `find` finds, asked for again and again. Raises OperatorError with `failure` after so many seconds."""
    deadline = time.monotonic() + seconds
    while (found := find()) is None:
        if time.monotonic() > deadline:
            raise OperatorError(f"{failure}, although it was waited for {seconds:.0f} seconds.")
        time.sleep(0.5)
    return found


def _json_or_text(data: bytes) -> Json:
    try:
        return json.loads(data)
    except json.JSONDecodeError:
        return data.decode(errors="replace")


def _direct() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
