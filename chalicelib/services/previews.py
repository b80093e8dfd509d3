"""What the public would read of a letter that is still being written: the wording that `publish` would propose for it.

Nothing is stored, logged or told to anybody else.
"""

from dataclasses import dataclass, field

from chalicelib.domain.letter import Writer
from chalicelib.domain.reading import written
from chalicelib.domain.redaction import redact


@dataclass(frozen=True, slots=True)
class Preview:
    """Subject and body; with the blank line between them they are the public wording, word for word."""

    subject: str = field(repr=False)
    body: str = field(repr=False)


def preview_of(subject: str, body: str, writer: Writer) -> Preview:
    """The public wording of a letter by this writer, if it were sent so.

    Should a mark stand for something that runs over the end of the subject, the subject goes on to the next blank line.
    """
    first, _, rest = redact(written(subject, body), writer).partition("\n\n")
    return Preview(first, rest)
