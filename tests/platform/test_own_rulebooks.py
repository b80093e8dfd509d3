"""A county's own rulebook goes into the bundle, with every version that letters began with."""

from pathlib import Path

import pytest

from chalicelib.adapters.rulebook_files import rulebook, rulebook_at
from chalicelib.domain.letter import RulebookRef
from infra.environment import ROOT
from infra.errors import OperatorError
from infra.own_rulebooks import add_to, take

SHIPPED = ROOT / "chalicelib" / "rulebooks" / "hefei-2008.toml"


def own(folder: Path, version: str, name: str = "our-county", more: str = "") -> Path:
    """A county's file in this version: a shipped one under another name."""
    text = SHIPPED.read_text(encoding="utf-8")
    shipped = rulebook("hefei-2008")
    text = text.replace(f'name = "{shipped.name}"', f'name = "{name}"', 1)
    text = text.replace(f'version = "{shipped.version}"', f'version = "{version}"', 1) + more
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    rulebook.cache_clear()
    return file


def test_it_is_kept_and_put_beside_the_shipped_ones(tmp_path: Path) -> None:
    assert take(own(tmp_path / "desk", "1"), tmp_path / "kept") == "our-county"
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    assert add_to(bundled, tmp_path / "kept") == ["our-county"]
    assert rulebook(str(bundled / "our-county.toml")).version == "1"


def test_without_one_nothing_is_added(tmp_path: Path) -> None:
    assert add_to(tmp_path, tmp_path / "none") == []
    assert [*tmp_path.iterdir()] == []


def test_a_new_version_lays_the_one_before_aside_for_letters_under_way(tmp_path: Path) -> None:
    for version in ("1", "2", "3"):
        take(own(tmp_path / "desk", version), tmp_path / "kept")
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    add_to(bundled, tmp_path / "kept")
    in_force = str(bundled / "our-county.toml")
    rulebook_at.cache_clear()
    assert [rulebook_at(RulebookRef("our-county", each), in_force).version for each in ("1", "2", "3")] == [*"123"]
    assert rulebook(in_force).version == "3"


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        take(own(tmp_path / "desk", "1"), tmp_path / "kept")
    take(tmp_path / "kept" / "our-county.toml", tmp_path / "kept")
    assert [each.name for each in (tmp_path / "kept").iterdir()] == ["our-county.toml"]


def test_a_changed_file_needs_a_new_version(tmp_path: Path) -> None:
    take(own(tmp_path / "desk", "1"), tmp_path / "kept")
    with pytest.raises(OperatorError, match="Raise `version`"):
        take(own(tmp_path / "desk", "1", more="# changed\n"), tmp_path / "kept")


def test_the_name_of_a_shipped_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="name of a shipped rulebook"):
        take(own(tmp_path / "desk", "9", name="hefei-2008"), tmp_path / "kept")


def test_a_faulty_one_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="cannot be used"):
        take(own(tmp_path / "desk", "1", more="[nonsense]\n"), tmp_path / "kept")


def test_a_faulty_earlier_one_is_refused_with_its_name(tmp_path: Path) -> None:
    kept, bundled = tmp_path / "kept", tmp_path / "bundled"
    take(own(tmp_path / "desk", "2"), kept)
    (kept / "earlier").mkdir()
    (kept / "earlier" / "our-county@1.toml").write_text("name = 1\n")
    bundled.mkdir()
    with pytest.raises(OperatorError, match="our-county@1"):
        add_to(bundled, kept)
