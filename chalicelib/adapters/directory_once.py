"""The directory, read once an invocation: a move asks for it several times, and each reading is a whole query."""

from collections.abc import Sequence
from threading import local

from chalicelib.domain.directory import Contact, Deputy, Directory, Mailbox, Unit
from chalicelib.domain.letter import ContactId
from chalicelib.ports import Registry


class DirectoryOnce:
    """A Registry that keeps what it read until `forget`, which every request and job begins with, or until it writes.

    Each thread has its own: a revoked link is revoked for whatever begins afterwards.
    """

    def __init__(self, inner: Registry) -> None:
        self._inner = inner
        self._kept = local()

    def forget(self) -> None:
        """Read anew when next asked."""
        self._kept.directory = None

    def directory(self) -> Directory:
        """See Registry."""
        known: Directory | None = getattr(self._kept, "directory", None)
        if known is None:
            known = self._kept.directory = self._inner.directory()
        return known

    def put(self, units: Sequence[Unit], contacts: Sequence[Contact], mailboxes: Sequence[Mailbox]) -> None:
        """See Registry."""
        self.forget()
        self._inner.put(units, contacts, mailboxes)

    def name_deputy(self, contact: ContactId, deputy: Deputy | None) -> None:
        """See Registry."""
        self.forget()
        self._inner.name_deputy(contact, deputy)

    def raise_epoch(self, contact: ContactId) -> None:
        """See Registry."""
        self.forget()
        self._inner.raise_epoch(contact)
