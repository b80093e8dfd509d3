"""Libraries of another machine or Python are found before anything is deployed."""

from pathlib import Path

import pytest

from infra.bundled_wheels import check_python, check_wheels
from infra.errors import OperatorError

ELF_X86_64 = b"\x7fELF" + bytes(14) + (62).to_bytes(2, "little")
ELF_ARM64 = b"\x7fELF" + bytes(14) + (183).to_bytes(2, "little")
MACH = b"\xcf\xfa\xed\xfe" + bytes(16)
PYTHON = (3, 11)


def wheel(tree: Path, *tags: str) -> Path:
    """A library with these tags, unpacked."""
    folder = tree / "fast-1.0.dist-info"
    folder.mkdir()
    (folder / "WHEEL").write_text("Wheel-Version: 1.0\n" + "".join(f"Tag: {tag}\n" for tag in tags))
    return tree


@pytest.mark.parametrize(
    "tags",
    [
        ["py3-none-any"],
        ["py2-none-any", "py3-none-any"],
        ["cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-manylinux2014_x86_64"],
        ["cp39-abi3-manylinux_2_28_x86_64"],
    ],
)
def test_a_library_for_lambda_is_taken(tmp_path: Path, tags: list[str]) -> None:
    check_wheels(wheel(tmp_path, *tags), PYTHON)


@pytest.mark.parametrize(
    "tag",
    [
        "cp311-cp311-macosx_11_0_arm64",
        "cp311-cp311-manylinux_2_17_aarch64",
        "cp312-cp312-manylinux_2_17_x86_64",
        "cp311-cp311-linux_x86_64",  # built here, against this machine's own libraries
        "cp311-cp311-musllinux_1_2_x86_64",
        "py2-none-any",
    ],
)
def test_a_library_for_anything_else_is_named(tmp_path: Path, tag: str) -> None:
    with pytest.raises(OperatorError, match=r"Not for Lambda.*fast-1\.0"):
        check_wheels(wheel(tmp_path, tag), PYTHON)


@pytest.mark.parametrize("name", ["fast.cpython-311-x86_64-linux-gnu.so", "fast.abi3.so", "libfast.so"])
def test_a_compiled_file_for_lambda_is_taken(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(ELF_X86_64)
    check_wheels(tmp_path, PYTHON)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("fast.cpython-311-darwin.so", MACH),
        ("fast.cpython-311-aarch64-linux-gnu.so", ELF_ARM64),
        ("fast.cpython-312-x86_64-linux-gnu.so", ELF_X86_64),
        ("fast.pyd", b"MZ"),
    ],
)
def test_a_compiled_file_for_anything_else_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(OperatorError, match=name):
        check_wheels(tmp_path, PYTHON)


@pytest.mark.parametrize("version", [(3, 10), (3, 15)])
def test_a_python_that_the_cloud_lacks_is_refused(version: tuple[int, int]) -> None:
    with pytest.raises(OperatorError, match=r"Lambda has no 3\.1[05]"):
        check_python(version)


def test_this_python_is_one_of_the_clouds() -> None:
    check_python()
