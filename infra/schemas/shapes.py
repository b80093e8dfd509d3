"""Shapes of files that the product writes as plain JSON objects, declared here for their schemas alone."""

from typing import Any

from msgspec import Struct

Json = dict[str, Any]

FILES: Json = {
    "propertyNames": {"pattern": r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"},
    "required": ["inputs.json", "letters.csv", "report.html", "report.json", "report.xlsx"],
}
"""Of a report's manifest: names without a folder, and what is always there."""

DAY_OR_IMPORT: list[Json] = [
    {
        "properties": {"name": {"pattern": "^day="}},
        "required": ["day", "stragglers"],
    },
    {
        "properties": {
            "name": {"pattern": "^import="},
            "previous": {"type": "null"},
            "day": False,
            "stragglers": False,
            "imports": False,
        },
    },
]
"""Of a ledger manifest: a day says which, and chains to the day before; an import stands by itself."""

ANOTHER_FACT: Json = {
    "description": "A fact that came within this version: an id, a number, a date, yes or no; never anybody's words",
    "type": ["boolean", "integer", "string", "array"],
    "maxLength": 200,
}


class ReportManifest(Struct):
    """A report's manifest.json."""

    schema: int
    report: str
    period: str
    first: str
    last: str
    zone: str
    rulebook: str
    calendar: str
    language: str
    program: str
    ledger: list["ManifestSource"]
    files: dict[str, str]
    algorithm: str
    key: str
    signature: str


class ManifestSource(Struct):
    """A folder of the ledger that the report was made of."""

    name: str
    manifest_sha256: str


class LedgerManifest(Struct, omit_defaults=True):
    """manifest.json of a day or an import of the ledger. An import's has neither `day` nor `stragglers` nor `imports`.

    Manifests written before there were `packed_sha256` and `imports` stay as they are.
    """

    schema: int
    name: str
    count: int
    sha256: str
    previous: str | None
    algorithm: str
    key: str
    signature: str
    packed_sha256: str = ""
    day: str = ""
    stragglers: int = 0
    imports: list[ManifestSource] = []


class EventActor(Struct):
    """Who made the move."""

    id: str
    role: str
    unit: str | None
    deputy_for: str | None


class EventClock(Struct, omit_defaults=True):
    """A time limit, as it stands after the move."""

    id: str
    name: str
    unit: str | None
    clause: str | None
    started_on: str
    limit: int
    counted_in: str
    granted: int
    due_on: str
    provisional: bool
    calendar: str
    state: str
    working_days_used: int = 0
    overdue_days: int = 0


class EventFile(Struct):
    """A file that came with the move."""

    type: str
    size: int
    sha256: str


class EventText(Struct, omit_defaults=True):
    """Something written with the move: what proves it, not the words."""

    id: str
    purpose: str
    sha256: str
    file: EventFile | None = None


class EventRecounted(Struct):
    """A time limit as it was before it was counted anew."""

    id: str
    due_on: str
    calendar: str


class EventFacts(Struct, omit_defaults=True):
    """What matters of the move; each move tells some of these."""

    status: str = ""
    kind: str = ""
    source: str = ""
    field: str = ""
    region: str = ""
    centre: str = ""
    number: str = ""
    guarded: bool = False
    rulebook: str = ""
    sensitivity: str = ""
    clocks: list[EventClock] = []
    texts: list[EventText] = []
    attachments: int = 0
    unit: str = ""
    units: list[str] = []
    lead: str = ""
    leads: bool = False
    sub_unit: str = ""
    ping_pong: list[str] = []
    working_days: int = 0
    score: int = 0
    action: str = ""
    moment: str = ""
    supervised: bool = False
    topic: str = ""
    passed: bool = False
    outcome: str = ""
    trigger: str = ""
    measure: str = ""
    circular: bool = False
    repeat_of: str = ""
    after_answer: bool = False
    clause: str = ""
    mailbox: str = ""
    complexity: str = ""
    urgent: bool = False
    disposition: str = ""
    pool: bool = False
    about_corrected: bool = False
    corrected: list[str] = []
    awaits: list[str] = []
    post: str = ""
    contact: str = ""
    issued_as: str = ""
    ask_answer: bool = False
    relay: bool = False
    ground: str = ""
    answer_channel: str = ""
    chain: str = ""
    waits_at: str = ""
    step: str = ""
    signed: str = ""
    criteria: list[str] = []
    given_by: str = ""
    copies_to: list[str] = []
    redo_working_days: int = 0
    with_answer: bool = False
    rectify: bool = False
    to: list[str] = []
    explained: bool = False
    before: list[EventRecounted] = []
    draw: str = ""
    seed: str = ""


class Event(Struct):
    """A line of events.jsonl."""

    letter: str
    sequence: int
    at: str
    recorded_at: str
    move: str
    actor: EventActor
    channel: str
    facts: EventFacts
    prev: str
    schema: int
    hash: str
