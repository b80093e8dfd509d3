"""Where each thing lies in the table."""

from datetime import datetime
from math import ceil

from chalicelib.domain.letter import LetterId

LETTER = "LETTER"
WRITER = "WRITER"
CODES = "CODES"
MESSAGE = "MESSAGE"
NUMBER = "NUMBER"
UPLOAD = "UPLOAD"
KEY = "KEY"
NOTE = "NOTE"
PROOF = "PROOF"
DIRECTORY = "R#DIRECTORY"

# The suffix is the way to shard later: one partition takes 1,000 writes a second.
CLOCKS_DUE = "clock#0"
MESSAGES_DUE = "message#0"
MESSAGES_STUCK = "stuck#0"


def letter(letter_id: LetterId) -> str:
    """Everything that belongs to one letter lies under this key."""
    return f"L#{letter_id}"


def event(sequence: int) -> str:
    """Six digits, so that they sort."""
    return f"E#{sequence:06d}"


def desk(owner: str) -> str:
    """One entry an owner and letter."""
    return f"D#{owner}"


def message(message_id: str) -> str:
    """One message of the outbox."""
    return f"M#{message_id}"


def series(name: str) -> str:
    """The counter of one number series."""
    return f"N#{name}"


def idempotency(key: str) -> str:
    """What one idempotency key stands for."""
    return f"K#{key}"


def proof(challenge: str) -> str:
    """A proof of work that was used."""
    return f"P#{challenge}"


def upload(upload_id: str) -> str:
    """A file that was offered to a letter, or taken by one."""
    return f"U#{upload_id}"


def source(name: str) -> str:
    """Letters that came from one source, by their number there."""
    return f"S#{name}"


def job(name: str) -> str:
    """A scheduled job's note."""
    return f"J#{name}"


def import_day(batch: str) -> str:
    """Imported history has its own place in the journal index, outside every day."""
    return f"import={batch}"


def ttl(moment: datetime) -> int:
    """Epoch seconds for TTL, which may only come late."""
    return ceil(moment.timestamp())
