"""Whether citizens reach the pages, and the pages reach the API."""

import json
import urllib.error
import urllib.request
from typing import Final
from urllib.parse import urlsplit

from infra.cloud.deployment import api_address
from infra.doctor.findings import Finding, Patient, attention, not_here, ok, wrong

CHECK: Final = "site"
_SECONDS = 15.0
_PAGE_BYTES = 2_000_000


def look(patient: Patient) -> list[Finding]:
    """As a browser would: the first page, and the API's own account of itself."""
    if patient.settings is None:
        return [not_here(CHECK, "no settings say where the pages are")]
    found = patient.found
    site = patient.settings.site_url
    if found is None:
        return [*_page(site, ""), *_health(site)]
    api = api_address(found.account, found.stack)
    return [*_page(site, api), *_health(api)]


def _page(site: str, api: str) -> list[Finding]:
    """`api`: the address that requests must go to; empty: the pages' own."""
    status, page = _fetched(f"{site}/")
    if status != 200:
        return [
            wrong(
                CHECK,
                f"{site}/ answers {status or 'nothing'}",
                "Just deployed: wait a quarter of an hour. Else look whether the domain leads here, its certificate "
                "is good, and in China the ICP number is granted; then deploy again.",
            )
        ]
    origin = "://".join(urlsplit(api)[:2])
    if api and origin not in page:
        return [
            wrong(
                CHECK,
                f"{site}/ does not send its requests to {origin}: letters get lost on the way",
                "The pages there are others than the last deployment's. Deploy again; where the county's own server "
                "serves the pages, copy the newly built ones to it.",
            )
        ]
    return [ok(CHECK, f"{site}/ answers{', and its requests go to the API' if api else ''}")]


def _health(api: str) -> list[Finding]:
    status, text = _fetched(f"{api}/health")
    try:
        said = json.loads(text) if status == 200 else {}
    except ValueError:
        said = {}
    state = said.get("status")
    if state == "ok":
        return [ok("api", f"{api}/health answers: ok")]
    if state == "starting":
        return [attention("api", f"{api}/health: no sweep has run yet", "Wait five minutes and look again.")]
    if state == "sweep_late":
        return [wrong("api", f"{api}/health: the sweep is late", "See jobs above, and docs/runbook.md.")]
    return [wrong("api", f"{api}/health answers {status or 'nothing'}", "Look into the log of the API's function.")]


def _fetched(address: str) -> tuple[int, str]:
    """Status and text; (0, …) when nobody answers."""
    request = urllib.request.Request(address, headers={"User-Agent": "huiyin-doctor"})
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            return answer.status, answer.read(_PAGE_BYTES).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""
