"""The schemas of the ledger's and the reports' files, put beside the reports for whoever pulls them (docs/schemas)."""

from importlib.resources import files

from chalicelib.ports import ReportStore

SCHEMAS = "reports/schemas/"
"""A file a shape and version; what lies there is never written again."""

_TYPE = "application/schema+json"


def publish_schemas(store: ReportStore) -> None:
    """Put those that are not there yet. A changed shape has a new version, and so a file of its own."""
    there = set(store.keys(SCHEMAS))
    for file in sorted(files("chalicelib").joinpath("schemas").iterdir(), key=lambda each: each.name):
        key = f"{SCHEMAS}{file.name}"
        if file.name.endswith(".json") and key not in there:
            store.put_once(key, file.read_bytes(), _TYPE)
