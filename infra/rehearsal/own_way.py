"""Where regulations go ways of their own, and the API or a job needs rights for it that Shuangfeng's never asks for."""

import base64
from typing import Final

from infra.errors import OperatorError
from infra.rehearsal import main_job, past
from infra.rehearsal.people import Desk
from infra.rehearsal.post import code_in
from infra.rehearsal.stage import Rehearsal

_SIGNATURE: Final = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()
_SEVEN: Final = ("lawful", "sincere", "to_the_point", "direct_and_concrete", "brief", "plain", "consistent")
_HEAD, _HEADS_PHONE = "roads-3@rehearsal.example", "13900000013"


def letters_of_past_weeks(rehearsal: Rehearsal) -> None:
    """One that nobody answered; two answered a week ago; two that wait for one answer, and will not get it.

    Two people who had work with them have left since: their desks are cleared by whoever writes these letters next.
    """
    then = past.Past(rehearsal.deployed(), rehearsal.now())
    long_ago = then.on(then.long_ago())
    past.moved(long_ago, past.assigned(long_ago), "roads-2", "sub_assign", contact="roads-4")
    for days in (8, 7):
        past.answered(past.Past(then.found, then.today, past.WITH_LOTS), then.days_ago(days))
    _two_for_one_answer(rehearsal, past.Past(then.found, then.today, past.WITH_REPEATS))
    past.leave(then.on(then.days_ago(0)), "roads-4", "centre-2")


def _two_for_one_answer(rehearsal: Rehearsal, then: past.Past) -> None:
    """The one is declined, and what follows for the other was broken off: the nightly look sees to it."""
    yesterday = then.on(then.days_ago(1))
    other, repeat = past.written(yesterday), past.written(yesterday)
    past.moved(yesterday, repeat, "centre-1", "accept")
    rehearsal.desk("centre-1").makes(repeat, "link_repeat", to=other, merge=True)
    past.broken_off(then.on(then.days_ago(0), 0), other, "centre-1", "decline", ground="not_a_public_matter")


def by_bengbu(rehearsal: Rehearsal) -> None:
    """BB-3.2: the head of the unit signs with a code by SMS, the centre reviews, and publishes."""
    api, post = rehearsal.api, rehearsal.post
    letter = main_job.write(api, subject="请问公交何时恢复")
    code = letter.tracking_code
    handler = main_job.take_in(api, post, letter)
    handler.makes(code, "answer", body=main_job.ANSWER)
    head = Desk.opened(api, post.wait_for(_HEAD, "desk.html#", "smtp"))
    head.call("POST", f"/desk/letters/{code}/codes", {"move": "approve", "by": "sms"})
    said = code_in(post.wait_for(_HEADS_PHONE, "one_time_code", "gateway"))
    head.makes(code, "approve", step="sign_off", signature=_SIGNATURE, code=said)
    centre = rehearsal.desk("centre-1")
    centre.makes(code, "approve", step="centre_review", criteria=list(_SEVEN))
    centre.call("POST", f"/desk/letters/{code}/codes", {"move": "publish", "by": "email"})
    centre.makes(code, "publish", code=code_in(post.wait_for(main_job.CENTRE, "验证码", "smtp")))
    if not main_job.seen_by_writer(api, letter)["answers"]:
        raise OperatorError("The writer does not see an answer that was signed and reviewed.")


def drawn(rehearsal: Rehearsal) -> None:
    """CQ-11.1: letters that ended a week ago lie on the inspector's desk for a spot check."""
    inspector = rehearsal.desk("watch-1")
    if not inspector.call("GET", "/desk")["letters"]:
        raise OperatorError("No letter was drawn for a spot check.")
