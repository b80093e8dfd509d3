"""Joins the stand: the real app, the clock, the jobs, the post box and the website, behind one server.

Imports the app, so it may itself be imported only once the process's environment is the stand's.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from app import app
from chalicelib import bootstrap
from chalicelib.config import settings_from
from chalicelib.domain.letter import LetterId
from chalicelib.services.installation import Installation
from infra.environment import ROOT
from infra.stand import routes
from infra.stand.answers import PAGE_HEADERS, Answer, problem
from infra.stand.clock import StandClock
from infra.stand.demo import load_demo, site
from infra.stand.gateway import Api
from infra.stand.jobs import PUBLISH, SWEEP, Jobs
from infra.stand.journey import Journeys
from infra.stand.post_box import PostBox
from infra.stand.server import Answering, Request, StandServer
from infra.stand.settings import COUNTY, Home
from infra.stand.static import Folder, Website
from infra.stand.ticker import Ticker

_LAST_REQUESTS_SECONDS = 30.0
_PAGE = frozenset({"page.html", "page.js", "page.css"})


@dataclass(frozen=True, slots=True)
class Assembled:
    """The moving parts, none started yet, and the number of contacts in the registry."""

    server: StandServer
    ticker: Ticker
    stand: routes.Stand
    contacts: int

    def start(self) -> None:
        """Serve, and let the jobs tick."""
        threading.Thread(target=self.server.serve_forever, name="server", daemon=True).start()
        self.ticker.start()

    def stop(self) -> None:
        """Finish what is under way. The server goes last: an SMS on its way passes through it."""
        self.stand.journeys.halt()
        self.ticker.stop()
        self.stand.post_box.collect(self.stand.jobs.sendings)
        self.server.shutdown()
        self.server.wait_until_idle(_LAST_REQUESTS_SECONDS)


def assemble(home: Home, endpoint: str, port: int, say: Callable[[str], None]) -> Assembled:
    """Join everything. Loads the demo county into an empty registry."""
    clock = StandClock(home.clock)
    container = bootstrap.build(settings_from(os.environ), clock)
    bootstrap.use(container)
    inst = container.installation
    if loaded := load_demo(inst.registry):
        say(f"Loaded the demo county {COUNTY}: {loaded} contacts.")
    # Clients and secrets are made on first use; two threads must not do that at once.
    inst.secrets.keyed_hash("stand", "")
    inst.reports.keys("site/")
    list(inst.attachments.kept(LetterId("none")))
    jobs = Jobs(container, say)
    stand = routes.Stand(
        container=container,
        clock=clock,
        jobs=jobs,
        journeys=Journeys(clock, jobs, inst),
        post_box=PostBox(home.messages, endpoint, clock, inst.zone),
        pages=Folder(ROOT / "infra" / "stand", _PAGE, PAGE_HEADERS),
        say=say,
    )
    # A heartbeat for /health and the figures that the website shows, before anybody asks for them.
    jobs.run_safely([name for name in (SWEEP, PUBLISH) if name in jobs.names])
    website = Website(lambda: site(endpoint))
    server = StandServer(port, _answering(stand, website, Api(app)), say)
    return Assembled(server, Ticker(clock, jobs), stand, len(inst.registry.directory().contacts))


def _answering(stand: routes.Stand, website: Website, api: Api) -> Answering:
    def answer(request: Request) -> Answer:
        path = request.path
        if path == routes.PREFIX or path.startswith(f"{routes.PREFIX}/"):
            return routes.handle(stand, request)
        if request.method == "GET":
            if path.startswith("/site/data/"):
                return _published(stand.container.installation, path.removeprefix("/"))
            if page := website.get(path.removeprefix("/")):
                return page
        return api.handle(request.method, request.target, request.headers, request.body)

    return answer


def _published(inst: Installation, key: str) -> Answer:
    """A file that the job `publish` has put into the bucket; the website's own origin gives it in the cloud."""
    data = inst.reports.get(key)
    if data is None:
        return problem(404, "not_found")
    headers = {"Content-Type": "application/json", "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Answer(200, data, headers)
