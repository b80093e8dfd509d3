"""Redaction: takes out of a text what says who somebody is, before it is published (BB-3.2, HF-2.3, PL-18).

What it looks for stands in `personal_marks` and `writer_marks`; docs/publication.md tells it to people. A mark is never
longer than what it stands for, so a text never grows; a text that was redacted is not changed by doing it again.
"""

from collections.abc import Callable, Iterator

from chalicelib.domain.letter import Writer
from chalicelib.domain.personal_marks import MARK, MARKS, Found, Personal, folded, general_marks
from chalicelib.domain.writer_marks import writer_marks

_ROUNDS = 8
"""What was taken out may bring together what then looks like a number: looked at again until nothing is found."""

CONTACT_DATA = frozenset({Personal.PHONE, Personal.EMAIL, Personal.ID_CARD, Personal.ACCOUNT})
"""What leads to a person although it is not among what the writer gave: another telephone, a WeChat name."""


def redact(text: str, writer: Writer | None = None) -> str:
    """The text as the public may read it: nothing of the writer's, and nobody's numbers, in it."""
    return _until_clean(text, lambda each: _all_marks(each, writer))


def redact_writer(text: str, writer: Writer | None, *, own_words: bool = True) -> str:
    """The text as somebody may read it who is not to know who wrote (PL-18).

    The writer's data go, and from the writer's own words (`own_words`) any way to reach a person; what the letter says
    of others, a number plate say, stays: it is what has to be looked into.
    """

    def found(each: str) -> Iterator[Found]:
        if writer is not None:
            yield from writer_marks(each, writer)
        if own_words:
            yield from (mark for mark in general_marks(each) if mark.kind in CONTACT_DATA)

    return _until_clean(text, found)


def personal_data_in(text: str, writer: Writer | None = None) -> tuple[Personal, ...]:
    """What kinds of personal data are still in a text that somebody means to publish; never the data themselves.

    Only what is certain: a person who edits the preview may put a place or a common word back. What `redact` has gone
    over holds none.
    """
    marks = _clear_of_marks(text, (mark for mark in _all_marks(text, writer) if mark.certain))
    return tuple(sorted({mark.kind for mark in _merged(marks)}))


def _all_marks(text: str, writer: Writer | None) -> Iterator[Found]:
    yield from general_marks(text)
    if writer is not None:
        yield from writer_marks(text, writer)


def _until_clean(text: str, find: Callable[[str], Iterator[Found]]) -> str:
    for _ in range(_ROUNDS):
        clean = _covered(text, _clear_of_marks(text, find(folded(text))))
        if clean == text:
            break
        text = clean
    return text


def _clear_of_marks(text: str, found: Iterator[Found]) -> list[Found]:
    """What was found, without what touches a mark that stands there already."""
    marks = [match.span() for match in MARKS.finditer(text)]
    return [each for each in found if not any(each.start < end and start < each.end for start, end in marks)]


def _covered(text: str, found: list[Found]) -> str:
    """The text with a mark in the place of each finding; what overlaps is one."""
    pieces, done = [], 0
    for span in _merged(found):
        pieces.append(text[done : span.start] + _mark(span))
        done = span.end
    return "".join(pieces) + text[done:]


def _merged(found: list[Found]) -> list[Found]:
    merged: list[Found] = []
    for each in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        last = merged[-1] if merged else None
        if last is not None and each.start < last.end:
            merged[-1] = Found(last.start, max(last.end, each.end), last.kind, last.certain or each.certain)
        else:
            merged.append(each)
    return merged


def _mark(found: Found) -> str:
    word, length = MARK.get(found.kind), found.end - found.start
    return word if word is not None and length >= len(word) else "○" * min(length, 3)
