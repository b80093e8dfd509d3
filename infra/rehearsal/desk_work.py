"""What else people do with the deployed API: files, letters by telephone, printed forms, the archive, reports, links.

Together these use every right that the API function has.
"""

import mimetypes
import urllib.error
import urllib.request
from typing import Final
from uuid import uuid4

from infra.errors import OperatorError
from infra.rehearsal import main_job
from infra.rehearsal.people import Api, Desk, Json, direct, opened
from infra.rehearsal.post import Post
from infra.rehearsal.stage import Letter

PICTURE: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(200))
_INSPECTOR: Final = "watch-1@rehearsal.example"
_PHONE_ONLY: Final = {"name": "演练人", "phone": "13900008888"}


def write_with_a_file(api: Api, centre: Desk) -> Letter:
    """A citizen without e-mail sends a photo; writer and office open it. What is no photo is refused, and goes."""
    good, bad = _uploaded(api, PICTURE), _uploaded(api, b"MZ" + bytes(100))
    spoilt = {**main_job.LETTER, "attachments": [_uploaded(api, PICTURE), bad]}
    status, said = api.tries("POST", "/letters", spoilt)
    if status != 422:
        raise OperatorError(f"A file that is not what its name says was taken: {status} {said}")
    letter = main_job.write(api, writer=_PHONE_ONLY, subject="请看照片：路灯不亮", attachments=[good])
    for view in (main_job.seen_by_writer(api, letter), centre.letter(letter.tracking_code)):
        if [opened(each["url"]) for each in view["attachments"]] != [PICTURE]:
            raise OperatorError("The photo of a letter does not open as it was sent.")
    return letter


def _uploaded(api: Api, data: bytes) -> str:
    """Announce a file, and post it as a browser does; its id."""
    offer = api.call("POST", "/uploads", {"name": "路灯.jpg", "type": "image/jpeg", "size": len(data)})
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}' for k, v in offer["fields"].items()
    ]
    kind = mimetypes.guess_type(offer["name"])[0]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f.jpg"\r\nContent-Type: {kind}\r\n\r\n'
    )
    body = "\r\n".join(parts).encode() + data + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    try:
        direct().open(urllib.request.Request(offer["url"], body, headers, method="POST"), timeout=60).close()
    except urllib.error.HTTPError as error:
        raise OperatorError(f"A file cannot be posted to the bucket: {error.code}") from error
    return str(offer["id"])


def take_a_call(centre: Desk) -> Letter:
    """The office writes down what somebody says on the telephone, and sees it on its desk, form and register."""
    body = {key: value for key, value in main_job.LETTER.items() if key != "publish_consent"}
    said = centre.call("POST", "/desk/letters", {**body, "subject": "来电：公交站台", "source": "web"})
    code = said["tracking_code"]
    if code not in [each["tracking_code"] for each in centre.waiting()]:
        raise OperatorError("A letter that was written down at the desk is not on it.")
    centre.makes(code, "accept")
    forms = centre.call("GET", f"/desk/letters/{code}/forms")["forms"]
    page = centre.call("GET", f"/desk/letters/{code}/forms/{forms[0]['form']}")
    if "来电：公交站台" not in page or "来电：公交站台" not in centre.call("GET", "/desk/archive/register"):
        raise OperatorError("A printed form or the register does not name the letter.")
    centre.call("GET", "/desk/archive")
    return Letter(code, said["query_code"])


def read_reports(api: Api, post: Post) -> Desk:
    """An inspector asks for a new link, follows it, and opens the newest report."""
    api.call("POST", "/desk/links", {"email": _INSPECTOR})
    inspector = Desk.opened(api, post.wait_for(_INSPECTOR, "desk.html#"))
    reports: list[Json] = inspector.call("GET", "/desk/reports")["reports"]
    files = {each["name"]: each["url"] for each in reports[0]["files"]} if reports else {}
    if "report.html" not in files or "演练县" not in opened(files["report.html"]).decode():
        raise OperatorError("An inspector finds no report that opens.")
    return inspector
