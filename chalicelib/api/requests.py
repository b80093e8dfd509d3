"""Request schemas. They take the raw body, so lone surrogates are refused, and no error repeats what was typed."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from chalicelib.domain.attachments import MOST_AT_ONCE
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.languages import DEFAULT, Language, language_of
from chalicelib.domain.letter import Kind, Writer
from chalicelib.domain.messages import Channel
from chalicelib.domain.payloads import ABOUT_MAX, BODY_MAX, SUBJECT_MAX, UploadId
from chalicelib.domain.workflow import Move
from chalicelib.services.submit import Submission

REQUEST_MAX = 200_000
"""Bytes of a request body; ten thousand Chinese characters, escaped, fit with room to spare."""

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
EMAIL = re.compile(
    rf"(?![^@]{{65}}){_LOCAL}(?:\.{_LOCAL})*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?\.)+[A-Za-z]{{2,}}"
)
"""What mail servers take in practice; an address they refuse would be a message nobody ever gets."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters; line breaks and tabs are text."""
PHONE = re.compile(r"\+?[0-9][0-9 \-]{4,18}[0-9]")


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _has_control(value: str) -> bool:
    """Broken input, never a letter."""
    return CONTROL.search(value) is not None


def _no_control(value: str) -> str:
    if _has_control(value):
        raise PydanticCustomError("control_characters", "control characters")
    return value


def _visible(value: str) -> str:
    """Blanks that cannot be seen (zero width) are no text either."""
    if not any(char.isprintable() and not char.isspace() for char in value):
        raise PydanticCustomError("string_too_short", "nothing to read")
    return value


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise PydanticCustomError("bad_email", "not an e-mail address")
    return value


def _phone(value: str) -> str:
    if not PHONE.fullmatch(value):
        raise PydanticCustomError("bad_phone", "not a phone number")
    return value


Clean = AfterValidator(_no_control)
OneLine = AfterValidator(_one_line)
Visible = AfterValidator(_visible)
BlankIsNone = BeforeValidator(_blank_is_none)
_Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), Clean, OneLine]
Line = Annotated[_Line | None, BlankIsNone]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), Clean]
Words = Annotated[_Words | None, BlankIsNone]
_Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_email)]
_Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=30), AfterValidator(_phone)]
Subject = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=SUBJECT_MAX), Clean, OneLine, Visible
]
Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=BODY_MAX), Clean, Visible]


Proof = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Clean]
"""A proof of work, in base64."""


class _Fields(BaseModel):
    """An unknown key is refused, since what it says would be lost in silence."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, defer_build=True)


def _language(value: object) -> object:
    """Any tag that asks for a language we have; nothing is nothing."""
    if isinstance(value, str) and value.strip():
        return language_of(value) or value
    return None if value is None or isinstance(value, str) else value


class WriterFields(_Fields):
    """How the writer can be reached: the minimum, and all of it optional."""

    name: Line = None
    phone: Annotated[_Phone | None, BlankIsNone] = None
    email: Annotated[_Email | None, BlankIsNone] = None
    address: Words = None

    def writer(self) -> Writer:
        """The domain's value."""
        return Writer(name=self.name, phone=self.phone, email=self.email, address=self.address)


class AboutFields(_Fields):
    """Whom the letter is about: a unit of the county, or somebody in words."""

    unit: Line = None
    text: Words = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.unit is None and self.text is None:
            raise PydanticCustomError("about_nobody", "neither a unit nor words")
        return self


class SubmissionFields(_Fields):
    """`POST /letters`."""

    kind: Kind
    subject: Subject
    body: Body
    writer: WriterFields = WriterFields()
    mailbox: Line = None
    field: Line = None
    region: Line = None
    about: Annotated[list[AboutFields], Field(max_length=ABOUT_MAX)] = []
    publish_consent: StrictBool = False
    keep_confidential: StrictBool = False
    attachments: Annotated[list[UploadId], Field(max_length=MOST_AT_ONCE)] = []
    proof: Annotated[Proof | None, BlankIsNone] = None
    language: Annotated[Language | None, BeforeValidator(_language)] = None

    def without_proof(self) -> bytes:
        """What makes this letter the same when it is sent again; a new proof may come with it."""
        return self.model_dump_json(exclude={"proof"}).encode()

    def submission(self) -> Submission:
        """The service's value."""
        return Submission(
            arrival_fields={
                "kind": self.kind,
                "subject": self.subject,
                "body": self.body,
                "field": self.field,
                "region": self.region,
                "about_text": "\n".join(each.text for each in self.about if each.text) or None,
                "publish_consent": self.publish_consent,
                "keep_confidential": self.keep_confidential,
                "language": self.language or DEFAULT,
            },
            mailbox=self.mailbox,
            about_units=tuple(each.unit for each in self.about if each.unit),
            writer=self.writer.writer(),
            attachments=tuple(self.attachments),
        )


class LinkFields(_Fields):
    """`POST /desk/links`."""

    email: _Email


class CodeFields(_Fields):
    """`POST /desk/letters/{tracking_code}/codes`: for which move, and by which way if not the usual one."""

    move: Move
    by: Channel | None = None


def _day(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise PydanticCustomError("bad_date", "not a date")


Day = Annotated[date, BeforeValidator(_day)]


def _end_of_deputy(value: date | None, info: ValidationInfo) -> date | None:
    if value is None and info.data.get("contact") is not None:
        raise PydanticCustomError("deputy_needs_end", "no end")
    return value


class DeputyFields(_Fields):
    """`POST /desk/deputy`: who, from when (left out: today) and through when. Without a `contact` it is ended."""

    contact: Line = None
    first: Annotated[Day | None, BlankIsNone, Field(alias="from")] = None
    until: Annotated[Day | None, BlankIsNone, AfterValidator(_end_of_deputy), Field(validate_default=True)] = None


Model = TypeVar("Model", bound=BaseModel)


def parse(model: type[Model], body: bytes) -> Model:
    """The body as this model. Raises InvalidFieldsError naming each field, without repeating its content."""
    if len(body) > REQUEST_MAX:
        raise InvalidFieldsError((FieldError("", "request_too_large", (("max", REQUEST_MAX),)),))
    try:
        parsed = model.model_validate_json(body or b"{}")
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise InvalidFieldsError(tuple(_field_error(dict(each)) for each in details)) from None
    broken = tuple(FieldError(name, "control_characters") for name in _broken_texts(parsed.model_dump()))
    if broken:
        raise InvalidFieldsError(broken)
    return parsed


def _broken_texts(value: object, name: str = "") -> Iterator[str]:
    """The dotted names of texts with control characters in them, however deep."""
    if isinstance(value, str):
        if _has_control(value):
            yield name
    elif isinstance(value, dict | list | tuple):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _broken_texts(inner, f"{name}.{key}" if name else str(key))


SAME_AS = {"int_from_float": "int_type", "int_parsing_size": "int_type", "dict_type": "model_type"}
"""Findings that people are told in the words of another."""


def _field_error(detail: dict[str, Any]) -> FieldError:
    """pydantic's finding without anybody's input: where, which kind, and the bound that was passed."""
    context = detail.get("ctx", {})
    bounds = ("max_length", "min_length", "ge", "le", "gt", "lt", "expected")
    data = tuple((name, context[name]) for name in bounds if isinstance(context.get(name), int | str))
    reason = SAME_AS.get(detail["type"], detail["type"])
    return FieldError(".".join(str(part) for part in detail["loc"]), reason, data)
