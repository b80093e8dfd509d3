"""A signature is drawn at the desk, looked at once more, sent as a picture, and never kept in the browser."""

import json
import re
from typing import Any

from playwright.sync_api import Route, expect

from tests.e2e.visitors import Visitors
from tests.stand_driver import CENTRE, Stand

SIGNED = {
    "required": ["signature"],
    "properties": {"signature": {"type": "string", "format": "signature", "title": "签名"}},
}


def test_a_signature_is_drawn_by_hand_and_sent_as_a_picture(stand: Stand, callers: Visitors) -> None:
    stand.run_job("dispatch")  # what other tests left: a mail about several letters leads to the list
    letter = stand.write(subject="等签名的信")
    stand.run_job("dispatch")
    page = callers.new().page
    sent: list[dict[str, Any]] = []

    def asks_for_it(route: Route) -> None:
        given = route.fetch()
        route.fulfill(response=given, json=given.json() | {"moves": [{"move": "approve", "schema": SIGNED}]})

    def take(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "{}"))
        route.fulfill(json={})

    page.route(re.compile(f"/desk/letters/{letter.code}$"), asks_for_it)
    page.route("**/moves/approve", take)
    page.goto(f"{stand.site}/desk.html#{stand.token(CENTRE, letter)}")
    form = page.locator("details[data-move=approve]")
    form.locator("summary").click()
    form.locator("button[type=submit]").click()
    expect(form.locator(".summary")).to_be_visible()
    pad = form.locator("canvas.pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 60, steps=12)
    page.mouse.up()
    form.locator("button[type=submit]").click()
    expect(form.locator("img.signature-image")).to_be_visible()
    assert "data:image" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    form.get_by_role("button", name="确认").click()
    expect(page.locator(".result")).to_be_visible()
    assert [each["signature"][:22] for each in sent] == ["data:image/png;base64,"]
