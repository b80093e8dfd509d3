"""The main job over the deployed API: a citizen writes, the office takes it, a unit answers, the citizen reads.

The first mail on the way is sent by the deployed schedule, when its minute comes.
"""

import hashlib
import json
from typing import Any

from infra.errors import OperatorError
from infra.rehearsal.people import Api, Desk
from infra.rehearsal.post import Post
from infra.rehearsal.stage import Letter

CENTRE, HANDLER = "centre-1@rehearsal.example", "roads-1@rehearsal.example"
ANSWER = "路灯线路已修复，今晚起正常照明。感谢来信。"
LETTER: dict[str, Any] = {
    "kind": "consultation",
    "subject": "请问东门路的路灯何时修好",
    "body": "东门路自上周起整段没有路灯，夜间行走不便，请问何时可以修好？",
    "writer": {"name": "演练人", "phone": "13900009999", "email": "writer@rehearsal.example"},
    "publish_consent": True,
}
_SETTLED = {"met", "stopped"}


def write(api: Api, **more: Any) -> Letter:
    """A citizen writes; sent twice with the same key, as on a poor network, it is one letter."""
    body = {**LETTER, **more}
    key = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]
    first = api.call("POST", "/letters", body, Idempotency_Key=key)
    again = api.call("POST", "/letters", body, Idempotency_Key=key)
    if first["tracking_code"] != again["tracking_code"]:
        raise OperatorError("A letter that was sent twice with one key is there twice.")
    return Letter(first["tracking_code"], first["query_code"])


def seen_by_writer(api: Api, letter: Letter) -> Any:
    """The letter as its writer sees it."""
    return api.call("GET", f"/letters/{letter.tracking_code}", Query_Code=letter.query_code)


def take_in(api: Api, post: Post, letter: Letter) -> Desk:
    """From the mail to the office to the mail to the unit; the desk of whoever handles it there."""
    centre = Desk.opened(api, post.wait_for(CENTRE, letter.tracking_code))
    number = centre.makes(letter.tracking_code, "accept")["number"]
    centre.makes(letter.tracking_code, "assign", units=["roads"], note="请按时办理")
    return Desk.opened(api, post.wait_for(HANDLER, number))


def handle(api: Api, post: Post, letter: Letter, centre: Desk) -> Desk:
    """From the mail to the office to the writer's rating. Raises OperatorError when anything is not as it should be.

    Returns the handler's desk.
    """
    handler = take_in(api, post, letter)
    handler.makes(letter.tracking_code, "contact_writer", note="已电话联系")
    handler.makes(letter.tracking_code, "answer", body=ANSWER, channel="web")
    seen = seen_by_writer(api, letter)
    if [each["body"] for each in seen["answers"]] != [ANSWER]:
        raise OperatorError("The writer does not see the answer.")
    if not all(clock["state"] in _SETTLED and clock["days"] for clock in seen["clocks"]):
        raise OperatorError(f"A limit is not met, or not explained: {seen['clocks']}")
    post.wait_for("writer@rehearsal.example", letter.tracking_code)
    headers = {"Query_Code": letter.query_code}
    api.call("POST", f"/letters/{letter.tracking_code}/moves/rate", {"score": 5, "comment": "谢谢"}, **headers)
    centre.makes(letter.tracking_code, "approve")
    if seen_by_writer(api, letter)["status"] != "closed":
        raise OperatorError("The letter is not closed after the last approval.")
    return handler
