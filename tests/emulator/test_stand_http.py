"""The stand's server: pages, API and its own addresses on one port, and whatever strange things people send."""

import json
import re
import socket
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest

from infra.environment import EMULATOR_PYTHON
from tests.stand_driver import Stand

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif(not EMULATOR_PYTHON.exists(), reason="no .venv-emulator; run: make emulator-env"),
]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """One stand for all of these."""
    running = Stand(tmp_path_factory.mktemp("stand")).start()
    yield running
    assert "failed" not in running.output
    running.end()


def _raw(stand: Stand, sent: bytes) -> tuple[int, bytes]:
    """Bytes over the wire; status and body of the answer."""
    with socket.create_connection(("127.0.0.1", stand.port), timeout=20) as wire:
        wire.sendall(sent)
        answer = b""
        while chunk := wire.recv(65536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/write.html", "text/html; charset=utf-8"),
        ("/en/", "text/html; charset=utf-8"),
        ("/zh-Hant/follow.html", "text/html; charset=utf-8"),
        ("/logo.svg", "image/svg+xml"),
        ("/_stand/", "text/html; charset=utf-8"),
        ("/_stand/page.js", "text/javascript; charset=utf-8"),
    ],
)
def test_pages_come_with_their_type_and_strict_headers(stand: Stand, path: str, content_type: str) -> None:
    for method in ("GET", "HEAD"):
        reply = stand.ask(method, path)
        assert reply.status == 200
        assert reply.headers["Content-Type"] == content_type
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        assert int(reply.headers["Content-Length"]) > 0
        assert bool(reply.content) is (method == "GET")


def test_pages_allow_no_script_and_no_style_but_their_own_files(stand: Stand) -> None:
    assert "script" not in stand.ask("GET", "/_stand/").headers["Content-Security-Policy"]
    for path in ("/", "/desk.html", "/en/write.html", "/print.html"):
        page = stand.ask("GET", path).content.decode()
        assert re.search(
            r"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self'; style-src 'self';",
            page.replace("&#39;", "'"),
        )
        assert "<style" not in page
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=", page)


def test_the_pages_know_the_demo_county(stand: Stand) -> None:
    assert "云溪县" in stand.ask("GET", "/").content.decode()
    assert "Yunxi County" in stand.ask("GET", "/en/").content.decode()


def test_what_a_page_asks_for_is_there(stand: Stand) -> None:
    for page in ("/", "/en/desk.html"):
        asked = re.findall(r'(?:src|href)="([^"]+\.(?:js|css|svg))"', stand.ask("GET", page).content.decode())
        assert len(asked) > 3
        for name in asked:
            assert stand.ask("GET", urljoin(page, name)).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../README.md",
        "/%2e%2e/README.md",
        "/..%2fREADME.md",
        "/.%2e/pyproject.toml",
        "/%252e%252e/README.md",
        "/..\\README.md",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/index.html%00.html",
        "/_stand/../routes.py",
        "/_stand/routes.py",
        "/_stand/__init__.py",
        "/_stand/objects/../../clock.json",
        "/site/data/../../ledger/verify.py",
        "/" + "a" * 5000,
        "/no-such-page",
        "/desk/lettres",
    ],
)
def test_what_is_not_there_is_a_problem_document(stand: Stand, path: str) -> None:
    """Unknown routes, and every way out of the folders. Sent raw, since clients tidy such paths up."""
    status, body = _raw(stand, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert status == 404
    assert json.loads(body)["status"] == 404


def test_a_path_parameter_is_decoded_once(stand: Stand) -> None:
    letter = stand.write()
    spelt = "%2D".join([letter.code[:4], letter.code[4:8], letter.code[8:]])
    assert stand.ask("GET", f"/letters/{spelt}", Query_Code=letter.query_code).status == 200
    assert stand.ask("GET", f"/letters/{spelt.replace('%', '%25')}", Query_Code=letter.query_code).status == 404


def test_other_origins_may_ask_the_api_before_they_call_it(stand: Stand) -> None:
    reply = stand.ask("OPTIONS", "/letters", Origin="https://elsewhere.example")
    assert reply.status == 200
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_an_address_does_not_take_is_refused(stand: Stand, method: str) -> None:
    for path in ("/letters", "/_stand/clock"):
        reply = stand.ask(method, path, {})
        assert reply.status == 405
        assert reply.json["status"] == 405


@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("abc", 400),
        ("-1", 400),
        ("+5", 400),
        ("1_0", 400),
        ("٣", 400),
        ("5\r\nContent-Length: 6", 400),
        ("9" * 30, 400),
    ],
)
def test_an_impossible_content_length_is_a_bad_request(stand: Stand, length: str, status: int) -> None:
    found, body = _raw(
        stand, f"POST /letters HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{{}}".encode()
    )
    assert found == status
    assert json.loads(body)["status"] == status


def test_a_huge_body_is_refused_before_it_is_read(stand: Stand) -> None:
    """The refusal comes although only the beginning was ever sent; and a body that is sent whole gets it, too."""
    head = b"POST /letters HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11000000\r\n\r\n"
    for body in (b"{", b"x" * 11_000_000):
        status, answer = _raw(stand, head + body)
        assert status == 413
        assert json.loads(answer)["title"] == "内容过大，超过 10 MB"


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"BREW /letters HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /letters HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 200 + b"\r\n",
    ],
)
def test_broken_requests_are_refused_as_problem_documents(stand: Stand, sent: bytes) -> None:
    status, body = _raw(stand, sent)
    assert 400 <= status <= 505
    assert status != 500
    assert json.loads(body)["status"] == status


def test_a_connection_that_breaks_off_disturbs_nobody(stand: Stand) -> None:
    for sent in (b"", b"GET", b"POST /letters HTTP/1.1\r\nContent-Length: 500\r\n\r\n{"):
        with socket.create_connection(("127.0.0.1", stand.port), timeout=5) as wire:
            wire.sendall(sent)
    assert stand.get("/health")["status"] == "ok"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "now"),
        ({"now": "tomorrow"}, "now"),
        ({"now": "2026-11-20T10:00"}, "now"),
        ({"now": 5}, "now"),
        ({"now": "1999-01-01T00:00Z"}, "now"),
        ({"now": "2026-11-20T10:00Z", "advance": {"hours": 1}}, "now"),
        ({"advance": {}}, "advance"),
        ({"advance": {"hours": 1, "days": 1}}, "advance"),
        ({"advance": {"hours": 0}}, "advance.hours"),
        ({"advance": {"hours": -3}}, "advance.hours"),
        ({"advance": {"working_days": 1.5}}, "advance.working_days"),
        ({"advance": {"days": 500}}, "advance"),
        ({"advance": {"weeks": 1}}, "advance"),
        ({"\ud800": 1}, ""),
        ({"advance": 3}, "advance"),
        ({"advance": {"hours": 1}, "run_jobs": "maybe"}, "run_jobs"),
        (b"{", ""),
        (b"[]", ""),
        (b"\xff", ""),
        (b'{"now": "\\ud800"}', "now"),
        (b'{"advance": {"hours": NaN}}', "advance.hours"),
    ],
)
def test_a_clock_cannot_be_set_to_nonsense(stand: Stand, body: object, field: str) -> None:
    reply = stand.ask("POST", "/_stand/clock", body)
    assert reply.status == 422
    assert [each["field"] for each in reply.json["errors"]] == [field]
    assert reply.json["errors"][0]["message"]


def test_the_clock_goes_where_it_is_sent(stand: Stand) -> None:
    """Working days keep the time of day: from a Friday afternoon to Monday's, over a make-up Saturday to that."""
    assert stand.set_clock("2026-11-20T08:00:00Z")["now"].startswith("2026-11-20T16:00:0")
    assert stand.advance(working_days=1)["now"].startswith("2026-11-23T16:00:0")
    assert stand.advance(minutes=90)["now"].startswith("2026-11-23T17:30:0")
    assert stand.set_clock("2026-10-09T09:30+08:00")["now"].startswith("2026-10-09T09:30:0")
    assert stand.advance(working_days=1)["now"].startswith("2026-10-10T09:30:")
    assert stand.get("/health")["now"].startswith("2026-10-10T09:30:")


def test_an_unknown_job_is_not_found(stand: Stand) -> None:
    assert stand.ask("POST", "/_stand/jobs/fly", {}).status == 404
    assert stand.ask("GET", "/_stand/jobs/sweep").status == 404


def test_pages_of_other_sites_cannot_work_the_stand(stand: Stand) -> None:
    assert stand.ask("POST", "/_stand/clock", {"advance": {"hours": 1}}, Origin="https://evil.example").status == 403
    assert stand.ask("POST", "/_stand/clock", {"advance": {"hours": 1}}, Origin=stand.site).status == 200


@pytest.mark.parametrize("host", ["letters.example", "letters.example:80", "127.0.0.1.example:8000", "[", ""])
def test_a_name_elsewhere_that_leads_here_is_not_served(stand: Stand, host: str) -> None:
    """A page could rebind its own name to this machine and read the desks' links."""
    status, body = _raw(stand, f"GET /_stand/contacts HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert status == 403
    assert b"desk.html" not in body


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:8000"])
def test_this_machines_own_names_are_served(stand: Stand, host: str) -> None:
    sent = f"GET /_stand/contacts HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    assert _raw(stand, sent)[0] == 200


def test_the_sms_gateway_refuses_what_it_cannot_read(stand: Stand) -> None:
    for body in ({}, {"template": "none"}, b"[]", b"{"):
        assert stand.ask("POST", "/_stand/sms-gateway", body).status == 422
