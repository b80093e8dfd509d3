"""Everything that can be refused, as one tree. Each error carries its data; words are chosen where it is shown."""

from dataclasses import dataclass
from datetime import datetime


class DomainError(Exception):
    """The root. `code` names the error for the message catalogue."""

    code = "error"

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that was refused: its dotted name, and a reason code with its data for the message.

    Several things to choose from are a tuple: how they are strung together is the reader's language's matter.
    """

    field: str
    reason: str
    data: tuple[tuple[str, str | int | tuple[str, ...]], ...] = ()


class NotFoundError(DomainError):
    """No such letter, or not theirs to see: both answer alike."""

    code = "not_found"


class CodeLockedError(DomainError):
    """Too many wrong query codes; `until` is when the letter's code works again (UTC)."""

    code = "code_locked"

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class VersionConflictError(DomainError):
    """Someone was faster: the letter is at `current`, the page was at `seen`."""

    code = "version_conflict"

    def __init__(self, seen: int, current: int) -> None:
        super().__init__(seen, current)
        self.seen = seen
        self.current = current


class MoveRefusedError(DomainError):
    """The rulebook or the letter's state does not allow this move now. `reason` names the cause."""

    code = "move_refused"

    def __init__(self, move: str, reason: str, **data: str | int) -> None:
        super().__init__(move, reason)
        self.move = move
        self.reason = reason
        self.data = data


class InvalidFieldsError(DomainError):
    """One or more fields are wrong; each is named."""

    code = "invalid_fields"

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(errors)
        self.errors = errors


class IdempotencyMismatchError(DomainError):
    """The key was used before with another body."""

    code = "idempotency_mismatch"


class LinkRefusedError(DomainError):
    """The desk link is not good. `reason`: malformed, expired, revoked."""

    code = "link_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BusyError(DomainError):
    """Others kept writing the same letter or number series; nothing was changed, trying again will work."""

    code = "busy"


class RulebookError(DomainError):
    """A rulebook file is wrong: which file, which key, and why."""

    code = "bad_rulebook"

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(file, key, reason)
        self.file = file
        self.key = key
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.reason}"
