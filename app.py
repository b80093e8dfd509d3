"""The Chalice app: joins routes and schedules. No rule lives here, and no code that only a request needs is loaded."""

from collections.abc import Callable

from chalice.app import Chalice, Request, Response

from chalicelib import at_init  # noqa: F401  loads what every request needs
from chalicelib.api.routes import api
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

app = Chalice(app_name="huiyin", configure_logs=False)  # observability does so, and says no data
app.register_blueprint(api)
for job in (sweep, dispatch, close_day, reports, publish, reconcile, calendar_watch, fetch, spot_checks):
    app.register_blueprint(job.blueprint)


@app.middleware("http")
def as_problem(event: Request, get_response: Callable[[Request], Response]) -> Response:
    """Errors that Chalice answers by itself (malformed, unknown method, wrong type) as problem documents too."""
    response = get_response(event)
    if response.status_code < 400:
        return response
    from chalicelib.api.problems import HEADERS, rewritten  # noqa: PLC0415  few answers need it, and no init does
    from chalicelib.api.words import words_for  # noqa: PLC0415  as above

    document = rewritten(response.status_code, response.body, words_for(event.headers.get("accept-language")))
    if document is not None:
        response.body, response.status_code = document, document["status"]
        response.headers.update(HEADERS)
    return response
