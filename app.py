"""The Chalice app: joins blueprints and schedules. No rule lives here."""

from collections.abc import Callable

from chalice.app import Chalice, Request, Response

from chalicelib.api.challenge import challenge
from chalicelib.api.desk import desk
from chalicelib.api.intake import intake
from chalicelib.api.paper import paper
from chalicelib.api.previews import previews
from chalicelib.api.problems import HEADERS, rewritten
from chalicelib.api.public import public
from chalicelib.api.uploads import uploads
from chalicelib.api.words import words_for
from scheduled import (
    calendar_watch,
    close_day,
    dispatch,
    fetch,
    publish,
    reconcile,
    reports,
    spot_checks,
    sweep,
)

app = Chalice(app_name="huiyin", configure_logs=False)  # observability has done so, and says no data
app.register_blueprint(public)
app.register_blueprint(desk)
app.register_blueprint(paper)
app.register_blueprint(intake)
app.register_blueprint(uploads)
app.register_blueprint(challenge)
app.register_blueprint(previews)
for job in (sweep, dispatch, close_day, reports, publish, reconcile, calendar_watch, fetch, spot_checks):
    app.register_blueprint(job.blueprint)


@app.middleware("http")
def as_problem(event: Request, get_response: Callable[[Request], Response]) -> Response:
    """Errors that Chalice answers by itself (malformed, unknown method, wrong type) as problem documents too."""
    response = get_response(event)
    document = rewritten(response.status_code, response.body, words_for(event.headers.get("accept-language")))
    if document is not None:
        response.body, response.status_code = document, document["status"]
        response.headers.update(HEADERS)
    return response
