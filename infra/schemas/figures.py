"""What docs/figures.md says of each figure, so that no file says something else."""

import re
from dataclasses import dataclass
from functools import cache

from infra.environment import ROOT

PAGE = ROOT / "docs" / "figures.md"
_NAME = re.compile(r"`([a-z_]+)`")


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure as the page explains it."""

    chinese: str
    unit: str
    meaning: str
    office: str
    clause: str


@cache
def explained() -> dict[str, Explained]:
    """Every figure of the page's tables, by its name. Raises ValueError where one stands there twice."""
    found: dict[str, Explained] = {}
    for cells in rows("name | 中文 | unit | counts | for | clause"):
        [name] = _NAME.findall(cells[0])
        if name in found:
            raise ValueError(name)
        found[name] = Explained(cells[1], cells[2].replace("`", ""), cells[3].replace("`", ""), cells[4], cells[5])
    return found


def rows(head: str) -> list[list[str]]:
    """The rows of all tables of the page that have these headings."""
    found: list[list[str]] = []
    inside = False
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.strip("| ") == head:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("| -"):
            found.append(cells)
    return found
