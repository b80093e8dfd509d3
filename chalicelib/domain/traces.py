"""What is kept so that a repeated letter is found again (PL-16), and letters that were joined to another.

A trace is a keyed hash, of the writer's number or address or of a piece of what the letter is about: whoever reads the
store learns neither.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from chalicelib.domain.letter import DeskEntry, Letter, LetterId, Status, Writer
from chalicelib.domain.resemblance import ASKED, Features, features, sketch

TRACE = "trace"
"""Waits for nobody, and no desk lists it: it only leads from a trace to the letters that have it."""

LENGTH = 12
"""Hexadecimal digits kept of a hash: enough for a county, and each move rewrites them."""

OF_WRITER, OF_MATTER = "w:", "m:"
_ACCOUNT = re.compile(r"(?=.*\d)\w{5,}")

Hashed = Callable[[str, str], str]
"""Keyed hash of a value for a purpose (`Secrets.keyed_hash`)."""


def owner_trace(trace: str) -> str:
    """The letters that have this trace."""
    return f"{TRACE}:{trace}"


def owner_joined(letter: LetterId) -> str:
    """The letters that were merged into this one."""
    return f"joined:{letter}"


def traces_of(subject: str, body: str, writer: Writer, hashed: Hashed, source: str | None = None) -> tuple[str, ...]:
    """At most eight: two of the writer, six of the matter. `source`: the platform, when `writer.name` is an account."""
    of_writer = [f"{OF_WRITER}{hashed('repeat-writer', mark)[:LENGTH]}" for mark in _marks(writer, source)]
    return (*of_writer, *_of_matter(sketch(features(subject, body)), hashed))


def traces_to_ask(letter: Letter, matter: Features, hashed: Hashed) -> tuple[str, ...]:
    """By which repeats of a letter are looked for: its writer's traces, and more of its matter than is kept of it."""
    own = (each for each in letter.traces if each.startswith(OF_WRITER))
    return (*own, *_of_matter(sketch(matter, ASKED), hashed))


def _of_matter(pieces: Iterable[str], hashed: Hashed) -> tuple[str, ...]:
    return tuple(f"{OF_MATTER}{hashed('repeat-matter', piece)[:LENGTH]}" for piece in pieces)


def of_same_writer(one: Letter, other: Letter) -> bool:
    """Whether a telephone number, an address or an account is the same. Names are not asked: many share one."""
    return any(each.startswith(OF_WRITER) and each in other.traces for each in one.traces)


def traced(letter: Letter, received_on: date) -> tuple[DeskEntry, ...]:
    """The entries by which the letter is found again. They say nothing else, and never change."""
    owners = [owner_trace(each) for each in letter.traces]
    if letter.status is Status.MERGED and letter.repeat_of is not None:
        owners.append(owner_joined(letter.repeat_of))
    return tuple(DeskEntry(letter.id, owner, TRACE, received_on.isoformat(), subject="") for owner in owners)


def _marks(writer: Writer, source: str | None) -> Iterator[str]:
    """By what somebody is known again, however it was typed."""
    if phone := re.sub(r"\D", "", unicodedata.normalize("NFKC", writer.phone or "")):
        yield f"phone:{re.sub(r'^(00)?86(?=1[0-9]{10}$)', '', phone)}"
    if email := unicodedata.normalize("NFKC", writer.email or "").strip().casefold():
        yield f"email:{email}"
    if source and writer.name and _ACCOUNT.fullmatch(writer.name):
        yield f"account:{source}:{writer.name}"
