"""Builds the pages into a folder that a bucket can serve as it is, and knows when that has been done already."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from infra.environment import ROOT
from infra.errors import OperatorError
from infra.site.node import CACHE, WEBSITE, alone, node, packages
from infra.site.pages import LOGO, root_of, write_pages
from infra.site.settings import LANGUAGES, SiteSettings
from infra.site.words import API_WORDS, STRINGS, strings_of

KEPT: Final = 12
"""Built sites that stay on a shelf of the cache."""


def built_site(settings: SiteSettings, shelf: str = "site") -> Path:
    """The site for these settings, built unless it lies in the cache. Raises OperatorError.

    `shelf`: what is put on one of them drives nothing off another, such as the site that a running stand gives out.
    """
    key = _key(settings)
    folder = CACHE / shelf / key
    with alone("site"):
        if not folder.exists():
            with TemporaryDirectory(prefix="site-", dir=CACHE) as scratch:
                build_site(settings, Path(scratch) / "site")
                folder.parent.mkdir(exist_ok=True)
                (Path(scratch) / "site").rename(folder)
            _forget_oldest(folder.parent)
    return folder


def build_site(settings: SiteSettings, folder: Path) -> None:
    """Build into this folder, emptied before. Raises OperatorError."""
    packages()
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    strings = {language: strings_of(language) for language in LANGUAGES}
    files = _bundled(settings, strings, folder)
    shutil.copy(WEBSITE / "src" / LOGO, folder / LOGO)
    write_pages(settings, strings, files, folder)


def _bundled(settings: SiteSettings, strings: dict[str, dict[str, Any]], folder: Path) -> dict[str, Any]:
    """Scripts and styles; which file is what."""
    languages = {
        language: {"strings": words, "root": root_of(language), **settings.wording(language).model_dump()}
        for language, words in strings.items()
    }
    common = {"apiBase": settings.api, "dataBase": settings.data, "timeZone": settings.zone, "icp": settings.icp}
    said = json.dumps({"outdir": str(folder.resolve()), "config": common, "languages": languages}, ensure_ascii=False)
    done = subprocess.run([node(), WEBSITE / "build.mjs"], input=said, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OperatorError(f"The pages could not be bundled:\n{done.stderr[-4000:]}")
    files: dict[str, Any] = json.loads(done.stdout)
    return files


def _key(settings: SiteSettings) -> str:
    """Changes when anything does that a page is made of."""
    digest = hashlib.sha256(settings.model_dump_json().encode())
    for path in _sources():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    yield from sorted(path for path in WEBSITE.rglob("*") if path.is_file() and "node_modules" not in path.parts)
    yield ROOT / "chalicelib" / "templates" / "forms" / "paper.css"
    for folder in (API_WORDS, STRINGS, ROOT / "infra" / "site"):
        yield from sorted(path for path in folder.iterdir() if path.suffix in {".toml", ".py"})


def _forget_oldest(folder: Path) -> None:
    for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)
