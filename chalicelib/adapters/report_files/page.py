"""report.html: the report as an official document, one template for all languages, for screen and A4 paper."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from chalicelib.adapters.report_files.charts import Charts
from chalicelib.adapters.report_files.outline import Outline
from chalicelib.adapters.report_files.summaries import Summaries
from chalicelib.adapters.report_files.verdicts import Verdicts
from chalicelib.adapters.report_files.words import Words, minute
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
    environment.filters["minute"] = minute
    return environment.get_template("report.html.j2")


def page(report: Report) -> bytes:
    """The page, everything inside it: no script, no font, no picture from elsewhere."""
    words = Words(report)
    text = _template().render(
        report=report,
        total=report.total,
        words=words,
        say=words.say,
        outline=Outline(report, words),
        summaries=Summaries(report, words),
        charts=Charts(report, words),
        verdicts=Verdicts(report, words),
    )
    return text.encode()
