"""Shuangfeng 2018 No. 24, clause by clause."""

from tests.regulations.county import County


def test_SF_3_3_3_a_consultation_is_answered_in_two_working_days_and_a_complaint_in_five(county: County) -> None:
    """Both received on Friday 20 November 2026; the weekend is not counted."""
    question = county.assigned(kind="consultation")
    complaint = county.assigned(kind="complaint")
    assert question.looks().clock("handle")["due_on"] == "2026-11-24"
    assert complaint.looks().clock("handle")["due_on"] == "2026-11-27"
