"""The schemas from the types: what a field is comes from the code, what it means from words.toml and docs/figures.md.

A file may hold what its schema says and nothing else; only facts and moves of the ledger may become more within the
same version. Not a word of a field without a meaning: a field that words.toml does not tell of is an error.
"""

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.json import schema_components
from pydantic import BaseModel

from chalicelib.domain.day_file import ALGORITHM
from chalicelib.domain.day_file import MANIFEST_SCHEMA as LEDGER_MANIFEST_SCHEMA
from chalicelib.domain.ledger import EVENT_SCHEMA
from chalicelib.domain.metrics.figures import WITH_AMOUNT, Figure
from chalicelib.domain.metrics.lines import Correction, LetterLine, OverdueLine
from chalicelib.domain.metrics.report import REPORT_SCHEMA, Report
from chalicelib.domain.metrics.sections import NoticeLine, SupervisedLine
from chalicelib.domain.periods import PeriodKind
from chalicelib.domain.rules import AppraisalRule
from chalicelib.services.reporting.inputs import INPUTS_SCHEMA, Inputs
from chalicelib.services.reporting.manifest import MANIFEST_SCHEMA
from infra.environment import ROOT
from infra.schemas import shapes
from infra.schemas.figures import Explained, explained
from infra.schemas.parts import PARTS, PERIOD_NAMES

DIRECTORY = ROOT / "chalicelib" / "schemas"
_WORDS = Path(__file__).with_name("words.toml")
_LISTS: dict[str, type[Any]] = {
    "letters": LetterLine,
    "overdue": OverdueLine,
    "corrections": Correction,
    "supervised": SupervisedLine,
    "notices": NoticeLine,
}
"""What stands in the lists of a report: their type says only that there may be many."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """A schema: the name of its file, its version, and the type that is written."""

    name: str
    version: int
    root: type[Any]
    title: str

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}-{self.version}.json"


PUBLISHED = (
    Published("report", REPORT_SCHEMA, Report, "report.json of a report"),
    Published("inputs", INPUTS_SCHEMA, Inputs, "inputs.json of a report"),
    Published("report-manifest", MANIFEST_SCHEMA, shapes.ReportManifest, "manifest.json of a report"),
    Published(
        "ledger-manifest", LEDGER_MANIFEST_SCHEMA, shapes.LedgerManifest, "manifest.json of a folder of the ledger"
    ),
    Published("event", EVENT_SCHEMA, shapes.Event, "A line of a file of events of the ledger"),
)


def renew(directory: Path = DIRECTORY) -> list[Path]:
    """Write all of them; the files that have changed."""
    changed = []
    for each in PUBLISHED:
        path, text = directory / each.file, as_text(schema_of(each))
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            changed.append(path)
    return changed


def as_text(schema: Json) -> str:
    """A schema as it is published."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def schema_of(published: Published) -> Json:
    """One schema, whole."""
    words = tomllib.loads(_WORDS.read_text("utf-8"))
    lists = _LISTS if published.root is Report else {}
    _, found = schema_components([published.root, *lists.values()], schema_hook=_unknown, ref_template="#/$defs/{name}")
    types: dict[str, Json] = {
        name: _strict(name, schema, words[name]) for name, schema in sorted(found.items()) if "properties" in schema
    }
    if "AppraisalRule" in json.dumps(types):
        types["AppraisalRule"] = _appraisal(words["AppraisalRule"])
    _refine(types, published)
    root = types.pop(published.root.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:huiyin:schemas:{published.name}-{published.version}",
        "title": published.title,
        **root,
        "$defs": {**types, **{name: PARTS[name] for name in _parts_in({"root": root, **types})}},
    }


def _unknown(asked: type[Any]) -> Json:
    """What msgspec does not know: models of rulebooks, and lists that may be long."""
    if isinstance(asked, type) and issubclass(asked, BaseModel):
        return {"$ref": f"#/$defs/{asked.__name__}"}
    return {"type": "array"}


def _strict(name: str, schema: Json, words: Json) -> Json:
    """The type's schema: every field with its meaning, no other field, and none missing that is always written."""
    told = {key for key in words if key}
    if told != schema["properties"].keys():
        raise LookupError(f"words.toml, [{name}]: {sorted(told ^ schema['properties'].keys())}")
    properties = {key: _property(value, words[key]) for key, value in schema["properties"].items()}
    always = schema.get("required", []) if _leaves_out(name) else list(properties)
    return {
        "description": words[""],
        "type": "object",
        "properties": properties,
        "required": always,
        "additionalProperties": False,
    }


def _leaves_out(name: str) -> bool:
    shape = getattr(shapes, name, None)
    return isinstance(shape, type) and issubclass(shape, Struct) and shape.__struct_config__.omit_defaults


def _property(schema: Json, word: str | list[str]) -> Json:
    """`word`: what the field means, or two: which part its innermost value is, and what it means."""
    part, meaning = ("", word) if isinstance(word, str) else word
    schema = _inner(schema, lambda value: {"$ref": f"#/$defs/{part}"} if part else _plain(value))
    return {"description": meaning, **{key: value for key, value in schema.items() if key != "default"}}


def _plain(schema: Json) -> Json:
    if schema.get("format") == "date":
        return {"$ref": "#/$defs/date"}
    if schema.get("$ref") == "#/$defs/PeriodKind":
        return {"enum": [each.value for each in PeriodKind]}
    return {"type": "integer", "minimum": 0} if schema == {"type": "integer"} else schema


def _inner(schema: Json, change: Callable[[Json], Json]) -> Json:
    """The same schema with what lies in its arrays, maps and alternatives changed."""
    schema = {key: value for key, value in schema.items() if key not in {"default", "title"}}
    if "anyOf" in schema:
        return {"anyOf": [each if each == {"type": "null"} else _inner(each, change) for each in schema["anyOf"]]}
    if isinstance(schema.get("items"), dict):
        return {**schema, "items": _inner(schema["items"], change)}
    if "prefixItems" in schema:
        return {**schema, "prefixItems": [_inner(each, change) for each in schema["prefixItems"]]}
    if isinstance(schema.get("additionalProperties"), dict):
        return {**schema, "additionalProperties": _inner(schema["additionalProperties"], change)}
    return schema if schema == {"type": "array"} else change(schema)


def _refine(types: dict[str, Json], published: Published) -> None:
    """What no type says: versions, figures by name, names of periods, and how little is told of withheld letters."""
    root = types[published.root.__name__]
    root["properties"]["schema"]["const"] = published.version
    if "algorithm" in root["properties"]:
        root["properties"]["algorithm"]["const"] = ALGORITHM
    if published.root is Report:
        for name, of in _LISTS.items():
            root["properties"][name]["items"] = {"$ref": f"#/$defs/{of.__name__}"}
            types[of.__name__] |= _withheld(types[of.__name__])
        root["allOf"] = list(_named("kind"))
        row, line = types["Row"]["properties"], types["LetterLine"]["properties"]
        row["cells"] = _cells(row["cells"]["description"])
        row["scores"] |= {"propertyNames": {"enum": ["1", "2", "3", "4", "5"]}, "minProperties": 5}
        line["moves"]["items"]["prefixItems"] = [{"$ref": "#/$defs/local_time"}, {"$ref": "#/$defs/move"}]
        for name, among in (("counts", tuple(Figure)), ("amounts", WITH_AMOUNT)):
            line[name]["propertyNames"] = {"$ref": "#/$defs/office"}
            line[name]["additionalProperties"]["propertyNames"] = {"enum": [each.value for each in among]}
    if published.root is Inputs:
        for name, by_day in (("Notice", "off_days"), ("Notice", "work_days"), ("CalendarInput", "own_days")):
            types[name]["properties"][by_day]["propertyNames"] = {"$ref": "#/$defs/date"}
    if published.root is shapes.ReportManifest:
        root["allOf"] = list(_named("report"))
        root["properties"]["files"] |= shapes.FILES
    if published.root is shapes.LedgerManifest:
        root["oneOf"] = shapes.DAY_OR_IMPORT
    if published.root is shapes.Event:
        root["properties"]["sequence"]["minimum"] = 1
        types["EventFacts"]["additionalProperties"] = shapes.ANOTHER_FACT


def _cells(meaning: str) -> Json:
    told = explained()
    cells = {each.value: _cell(told[each.value], each in WITH_AMOUNT) for each in Figure}
    return {
        "description": meaning,
        "type": "object",
        "properties": cells,
        "required": list(cells),
        "additionalProperties": False,
    }


def _cell(told: Explained, with_amount: bool) -> Json:
    schema: Json = {"description": f"{told.chinese}. {told.meaning}. Unit: {told.unit}.", "$ref": "#/$defs/Cell"}
    return schema if with_amount else {**schema, "properties": {"amount": {"const": 0}}}


def _named(kind: str) -> Iterator[Json]:
    for each, pattern in PERIOD_NAMES.items():
        if_kind = {"properties": {kind: {"const": each.value}}}
        yield {"if": if_kind, "then": {"properties": {"period": {"pattern": pattern}}}}


def _withheld(schema: Json) -> Json:
    """Of a withheld letter nothing is told that leads to it or to an office; of any other at least its code."""
    nothing: Json = {
        name: {"type": "null"}
        for name, each in schema["properties"].items()
        if {"type": "null"} in each.get("anyOf", [])
    }
    nobody: Json = {"propertyNames": {"const": ""}}
    nothing |= {name: nobody for name in ("counts", "amounts") if name in schema["properties"]}
    nothing |= {"moves": {"maxItems": 0}} if "moves" in schema["properties"] else {}
    return {
        "if": {"properties": {"withheld": {"const": True}}},
        "then": {"properties": nothing},
        "else": {"properties": {"tracking_code": {"type": "string"}}},
    }


def _appraisal(words: Json) -> Json:
    return _strict("AppraisalRule", AppraisalRule.model_json_schema(), words)


def _parts_in(schema: Json) -> list[str]:
    """The parts it refers to, and those that they refer to."""
    text, found = json.dumps(schema), set[str]()
    while new := {name for name in PARTS if f'"#/$defs/{name}"' in text} - found:
        found |= new
        text = json.dumps([PARTS[name] for name in found])
    return sorted(found)
