"""The demo county: units, contacts and mailboxes of the project's own making, loaded into an empty registry."""

from pathlib import Path
from typing import Final

from chalicelib.ports import Registry
from chalicelib.services.import_units import UnitsFile, read_units, take_units
from infra.environment import ROOT
from infra.errors import OperatorError
from infra.site.build import built_site
from infra.site.settings import read_settings

UNITS: Final = ROOT / "infra" / "demo" / "units.csv"
PAGES: Final = ROOT / "infra" / "demo" / "site.toml"


def load_demo(registry: Registry, path: Path = UNITS) -> int:
    """Load the county as `import-units` would; how many contacts. A registry with anybody in it is left as it is: 0.

    Raises OperatorError naming each bad row.
    """
    if registry.directory().contacts:
        return 0
    read = read_units(path.read_bytes())
    if not isinstance(read, UnitsFile):
        raise OperatorError(f"{path}:\n" + "\n".join(f"  {error}" for error in read))
    take_units(registry, read)
    return len(read.directory.contacts)


def site(uploads: str) -> Path:
    """The demo county's website, built if need be; its pages may send files to `uploads`, the emulator's origin."""
    return built_site(read_settings(PAGES).model_copy(update={"uploads": uploads}))
