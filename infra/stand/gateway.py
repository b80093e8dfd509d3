"""The real Chalice app behind what stands for API Gateway on this machine: Chalice's own local gateway, made safe for
threads and brought nearer to the deployed one."""

import base64
import json
from collections.abc import Mapping
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import unquote

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import CustomLocalChalice, LambdaEventConverter, LocalChalice, LocalGateway, RouteMatcher

from chalicelib.api.problems import HEADERS, rewritten
from chalicelib.api.words import words_for
from infra.stand.answers import Answer

_AT_ONCE = 10
"""Requests in the app at the same time: as many connections as a client of the AWS SDK keeps open."""


class _Decoding(LambdaEventConverter):
    """API Gateway hands path parameters over decoded, once."""

    def create_lambda_event(self, *args: Any, **kwargs: Any) -> Any:
        event = super().create_lambda_event(*args, **kwargs)
        event["pathParameters"] = {name: unquote(value) for name, value in event["pathParameters"].items()}
        return event


class Api:
    """Takes a request as it came over the wire and answers as the deployed API would."""

    def __init__(self, app: Chalice) -> None:
        if not isinstance(app, LocalChalice):
            # Chalice's own way (create_local_server) to give each thread a current request of its own.
            CustomLocalChalice.__bases__ = (LocalChalice, app.__class__)
            app.__class__ = CustomLocalChalice
        self._matcher = RouteMatcher(list(app.routes))
        self._gateway = LocalGateway(app, Config())
        self._gateway.event_converter = _Decoding(self._matcher, app.api.binary_types)
        self._room = BoundedSemaphore(_AT_ONCE)

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """`target` is the path with its query, still encoded."""
        try:
            # More than one leading slash would be read as a host name.
            self._matcher.match_route("/" + target.lstrip("/"))
        except ValueError:
            return _as_problem(403, headers)
        with self._room:
            given = self._gateway.handle_request(method, "/" + target.lstrip("/"), dict(headers), body)
        content = given["body"] or ""
        plain = base64.b64decode(content) if given.get("isBase64Encoded") else content
        out: dict[str, str | list[str]] = {**given["headers"], **given["multiValueHeaders"]}
        if given["statusCode"] >= 400 and rewritten(given["statusCode"], plain, words_for(None)) is not None:
            return _as_problem(given["statusCode"], headers)
        return Answer(given["statusCode"], plain if isinstance(plain, bytes) else plain.encode(), out)


def _as_problem(status: int, headers: Mapping[str, str]) -> Answer:
    """What the deployed gateway's own answers are turned into."""
    language = next((value for name, value in headers.items() if name.casefold() == "accept-language"), None)
    document = rewritten(status, None, words_for(language)) or {}
    return Answer(document["status"], json.dumps(document, ensure_ascii=False).encode(), {**HEADERS})
