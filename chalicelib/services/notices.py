"""Holiday notices loaded while the installation runs: kept as the text of their files, in the order of loading."""

import json

from chalicelib.ports import JobRuns

NOTE = "notices"


def loaded_notices(jobs: JobRuns) -> tuple[str, ...]:
    """The text of every notice that was loaded."""
    return tuple(json.loads(jobs.last(NOTE) or "[]"))


def add_notice(jobs: JobRuns, text: str) -> bool:
    """Load one more; False when the very same text is loaded already."""
    texts = loaded_notices(jobs)
    if text in texts:
        return False
    jobs.note(NOTE, json.dumps([*texts, text], ensure_ascii=False))
    return True
