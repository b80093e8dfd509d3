"""Letters of which the closed ledger knows more than the table: what going back in time makes of them.

Their next step would get a number that the ledger has given already, and the ledger would no longer verify.
"""

from collections.abc import Iterable

from chalicelib.adapters.dynamodb import keys
from chalicelib.domain.day_file import Folder
from chalicelib.domain.letter import LetterId
from chalicelib.ports import ReportStore
from chalicelib.services.ledger_files import event_keys
from infra.cloud.backups import Item

_EVENTS = "/events.jsonl.gz"
_EVENT = keys.event(0)[:2]
_LETTER = keys.letter(LetterId(""))


def ledger_ahead(reports: ReportStore, items: Iterable[Item]) -> list[LetterId]:
    """Tracking codes of letters whose last event in the ledger's files is later than the last among these items."""
    there = last_events(items)
    filed: dict[LetterId, int] = {}
    for key in reports.keys("ledger/"):
        if key.endswith(_EVENTS):
            folder = Folder(key.removeprefix("ledger/").removesuffix(_EVENTS))
            for letter, sequence in event_keys(reports, folder):
                filed[letter] = max(filed.get(letter, 0), sequence)
    return sorted(letter for letter, sequence in filed.items() if there.get(letter, 0) < sequence)


def last_events(items: Iterable[Item]) -> dict[LetterId, int]:
    """The number of each letter's last event."""
    last: dict[LetterId, int] = {}
    for item in items:
        pk, sk = item["PK"]["S"], item["SK"]["S"]
        if pk.startswith(_LETTER) and sk.startswith(_EVENT):
            letter = LetterId(pk.removeprefix(_LETTER))
            last[letter] = max(last.get(letter, 0), int(sk.removeprefix(_EVENT)))
    return last
