"""The county in which visitors look around: three weeks of letters, so that every page has something to show.

It works by the rules of shuangfeng-2018 and, so that there is something published, publishes what writers agree to.
"""

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.environment import ROOT
from tests.functional.some_files import JPEG, PDF
from tests.stand_driver import CENTRE, HANDLER, INSPECTORS, UNIT, WRITER, Sent, Stand, _direct

RULES = ROOT / "chalicelib" / "rulebooks" / "shuangfeng-2018.toml"
PUBLICATION = """
[publication]
needs_consent = true
code = false

[[publication.exceptions]]
id = "secret"
text = "内容涉密，需要保密"
"""
ANSWER = "路灯已经修好，感谢您的来信。今后如再发现问题，请随时来信。"
LONG = (
    "云溪大桥南侧的三盏路灯从十月底起就不亮了，老人和孩子晚上过桥很不方便。"
    "附近还有一处路面塌陷，雨天积水很深。请安排检修，并告诉我们大概什么时候能修好，谢谢。"
)


def rules(folder: Path) -> Path:
    """The county's rulebook as a file."""
    text = RULES.read_text("utf-8").replace("[moves]\n", '[moves]\npublish = ["centre"]\nwithhold = ["centre"]\n')
    file = folder / RULES.name
    file.write_text(text + PUBLICATION, "utf-8")
    return file


@dataclass
class Desks:
    """Everybody's desk, by the links that the stand offers."""

    stand: Stand
    _links: dict[str, str] = field(default_factory=dict)

    def link(self, email: str) -> str:
        """The address of somebody's desk, without a letter."""
        if not self._links:
            self._links = {each["email"]: each["desk"] for each in self.stand.get("/_stand/contacts")["contacts"]}
        return self._links[email]

    def make(self, email: str, letter: Sent, move: str, /, **body: Any) -> Any:
        """Make a move."""
        path = f"/desk/letters/{letter.code}/moves/{move}"
        return self.stand.post(path, body, Authorization=self._bearer(email))

    def letters_named(self, subject: str) -> int:
        """How many letters of this subject the centre has."""
        desk = self.stand.get("/desk", Authorization=self._bearer(CENTRE))
        return sum(each["subject"] == subject for each in desk["letters"])

    def _bearer(self, email: str) -> str:
        return "Bearer " + self.link(email).partition("#")[2].split("/")[0]

    def assigned(self, **letter: Any) -> Sent:
        """A letter that waits for the handler's answer."""
        sent = self.stand.write(**letter)
        self.make(CENTRE, sent, "accept")
        self.make(CENTRE, sent, "assign", units=[UNIT], note="请按时办理并答复来信人。")
        return sent

    def answered(self, answer: str = ANSWER, **letter: Any) -> Sent:
        """A letter whose writer has an answer."""
        sent = self.assigned(**letter)
        self.make(HANDLER, sent, "answer", body=answer)
        return sent


def as_writer(stand: Stand, letter: Sent, move: str, **body: Any) -> Any:
    """A move of the writer's."""
    return stand.post(f"/letters/{letter.code}/moves/{move}", body, Query_Code=letter.query_code)


def uploaded(stand: Stand, name: str, data: bytes) -> str:
    """A file that was announced and sent, as a browser does it: its id."""
    offer = stand.post("/uploads", {"name": name, "type": "", "size": len(data)})
    parts = [
        b'--part\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (key.encode(), value.encode())
        for key, value in offer["fields"].items()
    ]
    file = b'--part\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n%s\r\n--part--\r\n' % data
    request = urllib.request.Request(  # noqa: S310  always this stand's emulator
        offer["url"], b"".join([*parts, file]), {"Content-Type": "multipart/form-data; boundary=part"}
    )
    with _direct.open(request, timeout=30) as answer:
        assert answer.status in (200, 201, 204)
    return str(offer["id"])


@dataclass(frozen=True)
class County:
    """Letters by the state they are in, and a desk's link that has expired."""

    desks: Desks
    letters: Mapping[str, Sent]
    old_link: str


def lived_in(stand: Stand, now: str) -> County:
    """Let three weeks pass, until `now`."""
    desks = Desks(stand)
    stand.set_clock("2026-10-30T09:00+08:00", run_jobs=False)
    letters = {"late": desks.assigned(subject="等了三个星期的路灯", body=LONG)}
    stand.run_job("dispatch")
    token = stand.token(HANDLER, letters["late"])
    stand.write(subject="还没有人受理的信", kind="suggestion")
    for number in range(5):
        published = desks.answered(subject=f"公开的第{number + 1}封信", body=LONG, publish_consent=True)
        desks.make(CENTRE, published, "publish")
    sent_back = desks.answered(subject="退回重办的信")
    desks.make(CENTRE, sent_back, "send_back", reasons="没有说明什么时候修好，请补充。", working_days=3)
    letters["published"], letters["sent back"] = published, sent_back
    stand.set_clock(now, run_jobs=False)
    stand.run_job("sweep")
    stand.run_job("close_day")
    desks = Desks(stand)  # the links of three weeks ago have expired
    files = [uploaded(stand, "路灯.jpg", JPEG), uploaded(stand, "说明.pdf", PDF)]
    letters["new"] = stand.write(subject="刚刚写来的信", body=LONG, attachments=files)
    letters["running"] = desks.assigned(subject="正在办理的信", body=LONG, kind="complaint")
    letters["answered"] = desks.answered(subject="已经答复的信", body=LONG)
    letters["rated"] = desks.answered(subject="评价过的信", body=LONG)
    as_writer(stand, letters["rated"], "rate", score=4, comment="修得很快。")
    letters["declined"] = stand.write(subject="不予受理的信", kind="other")
    desks.make(CENTRE, letters["declined"], "decline", ground="not_a_public_matter", note="这是一则广告。")
    letters["supervised"] = desks.assigned(subject="督办的信", body=LONG, kind="complaint")
    desks.make(INSPECTORS[0], letters["supervised"], "supervise", note="请督办")
    letters["accusation"] = stand.write(
        subject="反映一个单位的信", kind="accusation", about=[{"unit": UNIT}], writer=WRITER, keep_confidential=True
    )
    stand.run_job("dispatch")
    stand.run_job("publish")
    return County(desks, letters, f"{stand.site}/desk.html#{token}")
