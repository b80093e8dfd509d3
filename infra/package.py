"""Builds the bundle that is deployed, makes it start fast, and proves that it imports by itself.

Chalice's own zip carries no compiled code and /var/task cannot be written, so every cold start would compile all of
it. Here botocore's data is pruned to the services used, everything is compiled once, and the zip is laid down in a
fixed order with fixed dates: the same sources give the same bytes.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra import own_rulebooks
from infra.bundled_wheels import check_python, check_wheels
from infra.cloud.expand import expanded
from infra.environment import LOCAL_REGION, ROOT, without_aws
from infra.errors import OperatorError
from infra.template_checks import refuse_faults

STAGE: Final = "production"
REGIONS: Final = (LOCAL_REGION, "cn-north-1")
SIZE_LIMIT: Final = 15_000_000  # bytes, zipped; a larger bundle starts noticeably later

# The AWS APIs that the code calls. botocore describes some four hundred; all others are left out of the bundle.
SERVICES: Final = frozenset({"dynamodb", "kms", "s3", "secretsmanager", "ses", "sesv2", "sns", "ssm", "sts"})

# What must lie in the bundle beside code that is imported anyway.
DATA_FOLDERS: Final = (
    "chalicelib/rulebooks",
    "chalicelib/calendars",
    "chalicelib/schemas",
    "chalicelib/templates",
)

_SOURCES = ("app.py", "chalicelib", "scheduled", "vendor", ".chalice/config.json", "infra/policies")
_PINS = ("requirements.txt", "constraints.txt")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
_PROGRAM = "import sys; from {} import main; sys.exit(main())"
_PROOF = """
import importlib, json, pkgutil, sys
bundle, handlers = sys.argv[1], json.loads(sys.argv[2])
sys.path.insert(0, bundle)
import app, chalicelib, scheduled
for package in (chalicelib, scheduled):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
for handler in handlers:
    module, _, name = handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name)), handler
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was built: the zip, the template that deploys it, and the zip's size in bytes.

    `imported`: whether it was imported here, which only Linux on x86_64 can.
    """

    zip: Path
    template: Path
    size: int
    imported: bool = True


def build(out: Path, root: Path = ROOT, *, rulebooks: Path = own_rulebooks.FOLDER, region: str | None = None) -> Bundle:
    """Build `out`/deployment.zip and `out`/sam.json from the checkout at `root`, and prove them.

    `rulebooks`: the folder of the county's own, if it has any. `region`: where it will run, if the template is to be
    checked for that. Raises OperatorError when Chalice fails, this Python or a library does not fit the cloud's, the
    template or a rulebook is faulty, the bundle does not import, or it is too large.
    """
    check_python()
    if out.exists() and not out.is_dir():
        raise OperatorError(f"{out} is a file. Name a folder for the bundle.")
    out.mkdir(parents=True, exist_ok=True)
    template, deployment = out / "sam.json", out / "deployment.zip"
    with tempfile.TemporaryDirectory(prefix="huiyin-package-") as scratch:
        copy, raw, tree = (Path(scratch) / name for name in ("copy", "raw", "tree"))
        copy_sources(root, copy)
        own_rulebooks.add_to(copy / "chalicelib" / "rulebooks", rulebooks)
        _run([sys.executable, "-c", _PROGRAM.format("chalice.cli"), "package", "--stage", STAGE, "--merge-template",
              str(root / "infra" / "resources.json"), str(raw)], copy, "Chalice could not package the app")  # fmt: skip
        unpack(raw / "deployment.zip", tree)
        prune(tree)
        check_wheels(tree)
        compile_all(tree)
        write_zip(tree, deployment)
        shutil.copyfile(raw / "sam.json", template)
    check_template(template, region)
    refuse_faults(expanded(template, {"bucket": "bundle", "key": deployment.name}, region or LOCAL_REGION))
    imported = (platform.system(), platform.machine()) == ("Linux", "x86_64")
    if imported:
        prove(deployment, handlers(template))
    size = deployment.stat().st_size
    if size > SIZE_LIMIT:
        raise OperatorError(f"The bundle has {size:,} bytes; {SIZE_LIMIT:,} are allowed.")
    return Bundle(deployment, template, size, imported)


def copy_sources(root: Path, copy: Path) -> None:
    """Copy what Chalice reads, links kept and stray compiled files left behind: it packages whatever lies about."""
    for name in (*_SOURCES, *_PINS):
        source, target = root / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copyfile(source, target)
    if not (copy / "vendor" / "scheduled" / "__init__.py").exists():
        raise OperatorError("vendor/scheduled must be a link to ../scheduled: Chalice ships the jobs through it.")


def unpack(archive: Path, tree: Path) -> None:
    """Unzip into a folder."""
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(tree)


def prune(tree: Path) -> None:
    """Remove botocore's descriptions of services that the code never calls."""
    for folder in (tree / "botocore" / "data").iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)


def compile_all(tree: Path) -> None:
    """Compile every module in place, to be used without looking at its source's date; paths read as in the function."""
    _run(
        [sys.executable, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash",
         "-s", str(tree), "-p", "/var/task", str(tree)],
        tree,
        "A module of the bundle does not compile",
    )  # fmt: skip


def write_zip(tree: Path, archive: Path) -> None:
    """Zip a folder so that the same files always give the same bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for path in sorted(path for path in tree.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, path.read_bytes())


def handlers(template: Path) -> list[str]:
    """The functions' entry points, such as `scheduled.sweep.sweep`."""
    resources = json.loads(template.read_text())["Resources"].values()
    return [
        resource["Properties"]["Handler"] for resource in resources if resource["Type"] == "AWS::Serverless::Function"
    ]


def check_template(template: Path, region: str | None = None) -> None:
    """Raise OperatorError with cfn-lint's findings, if it has any: for a region of the world and one of China's.

    `region`: one more.
    """
    regions = sorted({*REGIONS, *([region] if region else [])})
    linter = [sys.executable, "-c", _PROGRAM.format("cfnlint.runner"), "-r", *regions, "-t", str(template)]
    _run(linter, template.parent, "cfn-lint refuses the template")


def prove(archive: Path, entry_points: list[str]) -> None:
    """Unzip the bundle and prove it; see `prove_tree`."""
    with tempfile.TemporaryDirectory(prefix="huiyin-proof-") as scratch:
        unpack(archive, Path(scratch))
        prove_tree(Path(scratch), entry_points)


def prove_tree(tree: Path, entry_points: list[str]) -> None:
    """Import all of an unzipped bundle, with the standard library beside it and nothing else.

    No variable is set: importing must not read settings. Raises OperatorError when an import or a data folder fails.
    """
    for folder in DATA_FOLDERS:
        if not any(path.is_file() for path in (tree / folder).rglob("*") if path.suffix != ".py"):
            raise OperatorError(f"The bundle has no files in {folder}.")
    _run(
        [sys.executable, "-I", "-S", "-B", "-c", _PROOF, str(tree), json.dumps(entry_points)],
        tree,
        "The bundle does not import by itself",
        environment={},
    )


def _run(command: list[str], folder: Path, failure: str, environment: dict[str, str] | None = None) -> None:
    if environment is None:
        # Python's own variables could send what is compiled, or looked for, to another place than the bundle.
        environment = {name: value for name, value in without_aws().items() if not name.startswith("PYTHON")}
        environment |= {"PYTHONDONTWRITEBYTECODE": "1", "AWS_DEFAULT_REGION": LOCAL_REGION}
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OperatorError(f"{failure}:\n{(done.stdout + done.stderr).strip()}")
