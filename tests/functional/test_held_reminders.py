"""A message that waits for office hours says what is true when it goes."""

from chalicelib import bootstrap
from chalicelib.domain.letter import Role
from tests.builders import ROADS, a_contact
from tests.regulations.county import County, a_county


def test_a_reminder_held_over_the_weekend_does_not_say_that_the_limit_is_still_to_come() -> None:
    """Due on Friday 27 November; the sweep comes by after office hours, and the message goes on Monday."""
    county = County(a_county(), "pingliang-2012")
    county.registry.put([], [a_contact("roads-handler", ROADS, Role.HANDLER, phone="13800000077")], [])
    citizen = county.assigned(kind="help")
    assert citizen.looks().clock("handle")["due_on"] == "2026-11-27"
    county.at("2026-11-27T18:30")
    county.run("sweep")
    county.post_goes_out()
    assert [each for each in county.texts.sent if each.to == "13800000077"] == []
    county.at("2026-11-30T09:00")
    county.post_goes_out()
    [text] = [each.text for each in county.texts.sent if each.to == "13800000077"]
    assert "逾期" in county.mails_to("roads-handler")[-1].subject
    assert "请注意办理期限" in text
    assert "将到" not in text
    bootstrap.use(None)
