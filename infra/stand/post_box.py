"""What the stand has sent: e-mails as the emulator's SES took them, SMS as the stand's own gateway did."""

import json
import re
import threading
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from infra.stand.clock import StandClock

_LINK = re.compile(r"https?://[^\s<>\"'，。；、）】》]+")
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class PostBox:
    """Messages in the order in which they went. The emulator forgets its mail when it ends; the file does not."""

    def __init__(self, path: Path, endpoint: str, clock: StandClock, zone: ZoneInfo) -> None:
        self._path, self._endpoint, self._clock, self._zone = path, endpoint, clock, zone
        self._lock = threading.Lock()
        self._messages = _kept(path)
        self._sendings = -1
        self._ids = {message["id"] for message in self._messages}

    def collect(self, sendings: int) -> None:
        """Take over what SES has sent since. `sendings`: how many runs of dispatch there were; without a new one
        there is nothing to ask for."""
        with self._lock:
            if sendings == self._sendings:
                return
            fresh = [mail for mail in self._sent_mail() if mail["MessageId"] not in self._ids]
            self._keep([self._mail(mail) for mail in fresh])
            self._sendings = sendings

    def take_sms(self, sign: str, phone: str, template_words: str, params: dict[str, str], message_id: str) -> None:
        """An SMS as the gateway would put it on the air: sign in brackets, then the approved words filled in."""
        words = _PLACE.sub(lambda place: params.get(place[1], ""), template_words)
        with self._lock:
            if f"sms:{message_id}" not in self._ids:
                text = f"【{sign}】{words}"
                self._keep([self._entry(f"sms:{message_id}", datetime.now(UTC), phone, "sms", "", text)])

    def messages(self, to: str | None = None) -> list[dict[str, Any]]:
        """All of them, newest last; `to`: those to one address or number."""
        with self._lock:
            found = [each for each in self._messages if to is None or each["to"].casefold() == to.casefold()]
        return sorted(found, key=lambda each: float(each["sent"]))

    def _sent_mail(self) -> list[dict[str, Any]]:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"{self._endpoint}/_ministack/ses/messages", timeout=60) as answer:
            accounts = json.load(answer)["messages"]
        return sorted((mail for account in accounts.values() for mail in account), key=lambda mail: mail["Timestamp"])

    def _mail(self, mail: dict[str, Any]) -> dict[str, Any]:
        sent = datetime.fromtimestamp(mail["Timestamp"], UTC)
        text = mail["BodyText"].replace("\r\n", "\n").strip()
        return self._entry(mail["MessageId"], sent, ", ".join(mail["To"]), "email", mail["Subject"], text)

    def _entry(self, key: str, sent: datetime, to: str, channel: str, subject: str, text: str) -> dict[str, Any]:
        """`sent` in real time, by which messages are ordered; `at` is what the stand's clock showed then."""
        local = self._clock.shown_at(sent).astimezone(self._zone).isoformat(timespec="seconds")
        links = list(dict.fromkeys(_LINK.findall(text)))
        said = {"at": local, "to": to, "channel": channel, "subject": subject, "text": text, "links": links}
        return {"id": key, "sent": sent.timestamp(), **said}

    def _keep(self, messages: list[dict[str, Any]]) -> None:
        if not messages:
            return
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(message, ensure_ascii=False) + "\n" for message in messages)
        self._messages += messages
        self._ids |= {message["id"] for message in messages}


def _kept(path: Path) -> list[dict[str, Any]]:
    """What the file holds, without a last line that a killed stand left half written; the emulator still has it."""
    if not path.exists():
        return []
    whole, newline, torn = path.read_text(encoding="utf-8").rpartition("\n")
    if torn:
        path.write_text(whole + newline, encoding="utf-8")
    return [json.loads(line) for line in whole.split("\n") if line]
