"""Holiday notices loaded while the installation runs: kept as the text of their files, in the order of loading."""

import json

from chalicelib.ports import JobRuns

NOTE = "notices"


def loaded_notices(jobs: JobRuns) -> tuple[str, ...]:
    """The text of every notice that was loaded."""
    return tuple(json.loads(jobs.last(NOTE) or "[]"))


def add_notice(jobs: JobRuns, text: str) -> bool:
    """Load one more; False when the very same text is loaded already."""
    while True:
        seen = jobs.last(NOTE)
        texts = json.loads(seen or "[]")
        if text in texts:
            return False
        if jobs.swap(NOTE, seen, json.dumps([*texts, text], ensure_ascii=False)):  # else somebody loaded one meanwhile
            return True
