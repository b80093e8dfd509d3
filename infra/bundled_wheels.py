"""Whether the libraries in a bundle fit the cloud's machines, whatever machine the bundle is built on.

Chalice fetches wheels for Lambda (Linux on x86_64, this Python's version), and when there is none only warns: the
function would fail on its first start. So what came is looked at.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from infra.errors import OperatorError

PYTHONS: Final = ((3, 11), (3, 12), (3, 13), (3, 14))
"""The versions Lambda offers, of those the code runs on. A function's runtime is the Python that builds the bundle."""

_MACHINE: Final = "x86_64"
_SHARED: Final = {".so", ".dylib", ".pyd", ".dll"}
_ELF, _X86_64 = b"\x7fELF", (62).to_bytes(2, "little")


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Raise OperatorError when the cloud has no such Python."""
    if version not in PYTHONS:
        offered = ", ".join(f"{major}.{minor}" for major, minor in PYTHONS)
        raise OperatorError(
            f"The bundle runs on the Python it is built with, and Lambda has no {version[0]}.{version[1]}. Build it "
            f"with one of {offered}, for instance: make clean; rm -rf .venv; make package PYTHON=python3.11"
        )


def check_wheels(tree: Path, version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Raise OperatorError naming each library in the unzipped bundle that was made for another machine or Python."""
    wrong = sorted({*_wrong_tags(tree, version), *_wrong_files(tree, version)})
    if wrong:
        raise OperatorError(
            f"Not for Lambda (Linux on {_MACHINE}, Python {version[0]}.{version[1]}): {', '.join(wrong)}. The package "
            "index that pip asks must offer their manylinux wheels; a library built on this machine is not enough."
        )


def _wrong_tags(tree: Path, version: tuple[int, int]) -> Iterator[str]:
    """Libraries none of whose tags fits (PEP 425: Python, ABI, platform)."""
    for wheel in tree.glob("*.dist-info/WHEEL"):
        tags = [line.partition(":")[2].strip() for line in wheel.read_text().splitlines() if line.startswith("Tag:")]
        if not any(_fits(tag, version) for tag in tags):
            yield wheel.parent.name.removesuffix(".dist-info")


def _fits(tag: str, version: tuple[int, int]) -> bool:
    python, abi, machine = tag.split("-", 2)
    own = f"cp{version[0]}{version[1]}"
    fits_python = abi in {own, "abi3"} or (abi == "none" and (python.startswith("py3") or python == own))
    return fits_python and (machine == "any" or (machine.startswith("manylinux") and machine.endswith(_MACHINE)))


def _wrong_files(tree: Path, version: tuple[int, int]) -> Iterator[str]:
    """Compiled files of another system, processor or Python."""
    for file in tree.rglob("*"):
        if file.suffix in _SHARED and file.is_file():
            with file.open("rb") as opened:
                header = opened.read(20)
            python = f".cpython-{version[0]}{version[1]}-"
            other = ".cpython-" in file.name and python not in file.name
            if other or header[:4] != _ELF or header[18:20] != _X86_64:
                yield file.relative_to(tree).as_posix()
