"""Reconcile's look at citizens' files: what a letter speaks of is there, and what is there a letter speaks of.

It reads no file: the bucket's listing tells enough.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.letter import LetterId
from chalicelib.ports import LetterFile
from chalicelib.services.installation import Installation

LEFT_ALONE_FOR = timedelta(days=1)
"""A file is kept before its letter is written: one that just came may get its letter yet."""


@dataclass(frozen=True, slots=True)
class FilesFound:
    """Files that letters speak of and the bucket does not have; how many it had for no letter, which are deleted now.

    `finished`: there was time for all.
    """

    missing: tuple[str, ...] = ()
    deleted: int = 0
    finished: bool = True


def files_of(file: LetterFile) -> frozenset[str]:
    """The ids of the files a letter has: those of its erased words are none."""
    return frozenset(text.file.id for text in file.texts if text.file is not None and text.salt)


def look_at_files(
    inst: Installation, read: Mapping[LetterId, frozenset[str]], now: datetime, has_time: Callable[[], bool]
) -> FilesFound:
    """`read`: the letters that were just read, with their files. Another letter that has files is read here."""
    there: dict[LetterId, set[str]] = {}
    deleted = 0
    for kept in inst.attachments.kept():
        if not has_time():
            return FilesFound(deleted=deleted, finished=False)
        there.setdefault(kept.letter, set()).add(kept.id)
        if (
            kept.at <= now - LEFT_ALONE_FOR
            and kept.id not in read.get(kept.letter, ())
            and _is_left(inst, kept.letter, kept.id)
        ):
            inst.attachments.drop(kept.letter, [kept.id])
            deleted += 1
    suspects = [letter for letter, ids in read.items() if ids - there.get(letter, set())]
    return FilesFound(tuple(letter for letter in suspects if _lacks(inst, letter)), deleted)


def _is_left(inst: Installation, letter: LetterId, file_id: str) -> bool:
    """Whether no letter has it, as the letter stands now. Of one that cannot be read nothing is deleted."""
    try:
        file = inst.letters.load(letter)
    except ValueError:  # it is a finding already
        return False
    return file is None or file_id not in files_of(file)


def _lacks(inst: Installation, letter: LetterId) -> bool:
    file = inst.letters.load(letter)
    return file is not None and bool(files_of(file) - {kept.id for kept in inst.attachments.kept(letter)})
