"""Whatever was done to a closed file of the ledger: nothing is made of it, and the error says which folder it is."""

import gzip
from collections.abc import Callable
from datetime import date

import pytest

from chalicelib.domain.periods import parse_period
from chalicelib.services.publish import publish
from chalicelib.services.reporting.ledger import LedgerDamagedError
from chalicelib.services.reports import make_report
from tests.reporting import County, a_week, nov

DAY = "day=2026-11-17"
EVENTS, MANIFEST = f"ledger/{DAY}/events.jsonl.gz", f"ledger/{DAY}/manifest.json"

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a line that is no JSON": lambda plain: b"garbage\n" + plain,
    "a last line that is no JSON": lambda plain: plain + b"garbage\n",
    "an empty line": lambda plain: b"\n" + plain,
    "another shape": lambda plain: plain.replace(b'{"actor"', b'["actor"', 1),
    "no letter": lambda plain: plain.replace(b'"letter":', b'"lettre":'),
    "no number": lambda plain: plain.replace(b'"sequence":1', b'"sequence":"x"', 1),
    "no UTF-8": lambda plain: plain.replace(b'"move":"', b'"move":"\xff', 1),
    "no date": lambda plain: plain.replace(b'"started_on":"2026-11', b'"started_on":"2026-99', 1),
    "another move": lambda plain: plain.replace(b'"move":"receive"', b'"move":"ladder_step"', 1),
}


def of_a_week() -> County:
    county = a_week()
    county.close_through(date(2026, 11, 22))
    return county


def refuses(county: County) -> None:
    before = dict(county.reports.files)
    with pytest.raises(LedgerDamagedError, match=DAY):
        make_report(county.office(), parse_period("2026-W47"))
    with pytest.raises(LedgerDamagedError, match=DAY):
        publish(county.public_office(), nov(23))
    assert county.reports.files == before


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_file_of_events_that_was_changed_is_named(damage: Callable[[bytes], bytes]) -> None:
    county = of_a_week()
    plain = gzip.decompress(county.reports.files[EVENTS])
    assert damage(plain) != plain
    county.reports.files[EVENTS] = gzip.compress(damage(plain), mtime=0)
    refuses(county)


@pytest.mark.parametrize("manifest", [b"{", b"{}", b"[]", b"\xff"], ids=repr)
def test_a_manifest_that_is_none_is_named(manifest: bytes) -> None:
    county = of_a_week()
    county.reports.files[MANIFEST] = manifest
    refuses(county)
