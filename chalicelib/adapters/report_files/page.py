"""report.html: the report as an official document, from one template, for screen and A4 paper."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from chalicelib.adapters.report_files import names, words
from chalicelib.domain.metrics.report import Report

_TEMPLATES = Path(__file__).parents[2] / "templates" / "reports"


@cache
def _template() -> Template:
    """Compiled once: that takes longer than a report does."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "percent": words.percent,
        "plain": words.plain,
        "day": words.day,
        "issue": words.issue_of,
        "minute": words.minute,
        "days_taken": words.days_taken,
        "score": words.score,
    }
    return environment.get_template("report.html.j2")


def page(report: Report) -> bytes:
    """The page, everything inside it: no script, no font, no picture from elsewhere."""
    text = _template().render(
        report=report,
        words=words.Words(report),
        total=report.total,
        figures=names.FIGURES,
        statuses=names.STATUSES,
        clocks=names.CLOCKS,
        moves=names.MOVES,
        scores=names.SCORES,
        parts=names.PARTS,
    )
    return text.encode()
