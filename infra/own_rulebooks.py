"""A county's own rulebooks, in every version that letters began with: a folder that goes into the bundle.

It is laid out as chalicelib/rulebooks is: `<name>.toml` is in force, `earlier/<name>@<version>.toml` was. A letter
keeps the version it began with, so taking a changed file lays the version before it aside instead of writing over it.
"""

import shutil
from pathlib import Path
from typing import Final

from infra.environment import ROOT
from infra.errors import OperatorError
from infra.rulebooks import SUFFIX, chosen

FOLDER: Final = ROOT / "deployments" / "rulebooks"
EARLIER: Final = "earlier"


def take(file: Path, folder: Path = FOLDER) -> str:
    """Check the county's rulebook in `file`, keep it in `folder` and the version before it beside it; its name.

    Raises OperatorError when it cannot be used, has the name of a shipped one, or was changed without a new version.
    """
    from chalicelib.adapters.rulebook_files import rulebook, rulebook_names

    book = rulebook(chosen(str(file)))
    if book.name in rulebook_names():
        raise OperatorError(f"{file}: {book.name} is the name of a shipped rulebook. Give the file and `name` another.")
    kept, written = folder / f"{book.name}{SUFFIX}", file.read_bytes()
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
    elif kept.read_bytes() != written:
        before = rulebook(str(kept.resolve()))
        if before.version == book.version:
            raise OperatorError(
                f"{file} differs from {kept} and has the same version, {book.version}. Raise `version`: letters that "
                "are under way keep the version they began with."
            )
        earlier = _earlier(folder, book.name, before.version)
        earlier.parent.mkdir(exist_ok=True)
        shutil.copyfile(kept, earlier)
        _earlier(folder, book.name, book.version).unlink(missing_ok=True)  # taken back into force
    if not kept.exists() or not kept.samefile(file):
        kept.write_bytes(written)
    rulebook.cache_clear()
    return book.name


def add_to(bundled: Path, folder: Path = FOLDER) -> list[str]:
    """Copy all own rulebooks into the bundle's `bundled` folder; the names of those in force.

    Raises OperatorError naming a file that cannot be used.
    """
    from chalicelib.adapters.rulebook_files import rulebook_at
    from chalicelib.domain.errors import RulebookError
    from chalicelib.domain.letter import RulebookRef

    names = []
    for file in sorted(folder.glob(f"*{SUFFIX}")):
        chosen(str(file))
        if (bundled / file.name).exists():
            raise OperatorError(f"{file}: this is the name of a shipped rulebook. Give the file and `name` another.")
        shutil.copyfile(file, bundled / file.name)
        names.append(file.stem)
    for file in sorted((folder / EARLIER).glob(f"*{SUFFIX}")):
        name, _, version = file.stem.partition("@")
        if name not in names or not version:
            raise OperatorError(f"{file}: earlier versions are called name@version{SUFFIX}, beside the one in force.")
        try:
            rulebook_at(RulebookRef(name, version), str((folder / f"{name}{SUFFIX}").resolve()))
        except RulebookError as error:
            raise OperatorError(f"An earlier rulebook cannot be used. {error}") from error
        (bundled / EARLIER).mkdir(exist_ok=True)
        shutil.copyfile(file, bundled / EARLIER / file.name)
    return names


def _earlier(folder: Path, name: str, version: str) -> Path:
    return folder / EARLIER / f"{name}@{version}{SUFFIX}"
