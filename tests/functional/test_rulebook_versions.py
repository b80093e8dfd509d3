"""A letter keeps the rulebook it began with, in that version; a county's own file is what its letters go by."""

from pathlib import Path

import pytest

from chalicelib import bootstrap
from chalicelib.adapters.rulebook_files import rulebook, rulebook_names
from chalicelib.bootstrap import build
from chalicelib.config import REQUIRED, settings_from
from chalicelib.domain.errors import RulebookError
from chalicelib.domain.letter import RulebookRef
from tests.functional.world import Citizen, World, heard_in_logs

SETTINGS = dict.fromkeys(REQUIRED, "x") | {"HUIYIN_MAILER": "ses", "HUIYIN_TEXTS": "sns"}
NAME = "shuangfeng-2018"
GUIDE = Path(__file__).parents[2] / "docs" / "rulebooks.md"
EXAMPLE = GUIDE.read_text().split("## Example")[1].split("```toml\n")[1].split("```")[0]
"""The rulebook that the guide ends with: a county's own, written from that page alone."""


def reopened(world: World, book: str) -> None:
    """The installation starts anew, set to this rulebook: a name or a file."""
    joined = build(settings_from({**SETTINGS, "HUIYIN_RULEBOOK": book})).installation
    world.open(rulebook=joined.rulebook, rulebook_of=joined.rulebook_of)


def written(folder: Path, content: str, name: str = "our-county") -> str:
    """A county's own file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_text(content, encoding="utf-8")
    return str(file)


def assigned(world: World, citizen: Citizen) -> None:
    world.desk("clerk").makes(citizen.code, "accept")
    world.desk("clerk").makes(citizen.code, "assign", units=["roads"])


def test_a_letter_goes_on_by_the_version_it_began_with(tmp_path: Path) -> None:
    """Version 2 gives three days instead of seven and wants no signature; the letter under way is not touched."""
    reopened(world := World(), written(tmp_path / "then", EXAMPLE))
    under_way = world.send_letter()
    changed = EXAMPLE.replace('version = "1"', 'version = "2"').replace("number = 7", "number = 3")
    changed = changed.replace('by = ["first_responsible"]', 'by = ["centre"]')
    now = written(tmp_path / "now", changed)
    written(tmp_path / "now" / "earlier", EXAMPLE, "our-county@1")
    reopened(world, now)
    new = world.send_letter()
    for citizen, due in ((under_way, "2026-12-01"), (new, "2026-11-25")):
        assigned(world, citizen)
        assert citizen.looks().clock("handle")["due_on"] == due
        world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    world.desk("roads-head").makes(under_way.code, "approve", step="head_agrees")
    assert world.desk("roads-head").tries(new.code, "approve", step="head_agrees").status in {403, 404}
    assert (under_way.looks()["status"], new.looks()["status"]) == ("answered", "in_approval")
    bootstrap.use(None)


def test_letters_of_the_first_shuangfeng_version_go_on_by_it() -> None:
    inst = build(settings_from({**SETTINGS, "HUIYIN_RULEBOOK": NAME})).installation
    first = inst.rulebook_of(RulebookRef(NAME, "1"))
    assert (first.version, "hold_to_account" in first.moves, set(first.reports)) == ("1", False, {"weekly"})
    assert inst.rulebook.version != "1"
    other = build(settings_from({**SETTINGS, "HUIYIN_RULEBOOK": "hefei-2008"})).installation
    assert other.rulebook_of(RulebookRef(NAME, "1")) == first
    assert other.rulebook_of(RulebookRef(NAME, inst.rulebook.version)) == inst.rulebook


def test_a_version_that_is_not_kept_gives_way_to_the_newest_and_is_warned_of_once() -> None:
    inst = build(settings_from({**SETTINGS, "HUIYIN_RULEBOOK": NAME})).installation
    with heard_in_logs() as heard:
        assert inst.rulebook_of(RulebookRef(NAME, inst.rulebook.version)) is inst.rulebook
        assert heard() == ""
        for _ in range(2):
            assert inst.rulebook_of(RulebookRef(NAME, "0.9")) is inst.rulebook
    (line,) = heard().splitlines()
    assert '"began_with":"0.9"' in line
    assert '"level":"WARNING"' in line


def test_a_kept_version_that_says_another_one_is_refused(tmp_path: Path) -> None:
    book = written(tmp_path, EXAMPLE.replace('version = "1"', 'version = "2"'))
    written(tmp_path / "earlier", EXAMPLE.replace('version = "1"', 'version = "1.5"'), "our-county@1")
    inst = build(settings_from({**SETTINGS, "HUIYIN_RULEBOOK": book})).installation
    with pytest.raises(RulebookError, match=r"our-county@1\.toml: version"):
        inst.rulebook_of(RulebookRef("our-county", "1"))


def test_another_rulebook_is_found_beside_the_county_s_own(tmp_path: Path) -> None:
    written(tmp_path, EXAMPLE.replace("our-county", "old-county"), "old-county")
    inst = build(settings_from({**SETTINGS, "HUIYIN_RULEBOOK": written(tmp_path, EXAMPLE)})).installation
    assert inst.rulebook_of(RulebookRef("old-county", "1")).name == "old-county"
    assert inst.rulebook_of(RulebookRef("hefei-2008", "1")).name == "hefei-2008"
    with pytest.raises(RulebookError, match="no such rulebook"):
        inst.rulebook_of(RulebookRef("gone-2001", "1"))


def test_a_version_s_name_opens_no_file_elsewhere(tmp_path: Path) -> None:
    book = written(tmp_path, EXAMPLE)
    written(tmp_path, EXAMPLE, "our-county@9")
    inst = build(settings_from({**SETTINGS, "HUIYIN_RULEBOOK": book})).installation
    assert inst.rulebook_of(RulebookRef("our-county", "../9")).version == "1"


def test_earlier_versions_are_not_among_the_rulebooks() -> None:
    assert rulebook_names() == ["bengbu-2014", "chongqing-2005", "hefei-2008", "pingliang-2012", "shuangfeng-2018"]


def test_a_rulebook_written_from_the_guide_runs_a_county(tmp_path: Path) -> None:
    """From the file alone: taken on, assigned, answered, signed, rated, and shown with its clauses."""
    reopened(world := World(), written(tmp_path, EXAMPLE))
    shown = world.call("GET", "/rulebook").body
    assert (shown["name"], shown["title"]) == ("our-county", "某县群众来信办理办法")
    citizen = world.send_letter()
    assert citizen.receipt["clocks"][0]["due_on"] == "2026-11-20"
    assert citizen.receipt["clocks"][0]["clause"] == "OC-3"
    assigned(world, citizen)
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    assert (citizen.looks()["status"], citizen.looks()["answers"]) == ("in_approval", [])
    world.desk("roads-head").makes(citizen.code, "approve", step="head_agrees")
    assert citizen.looks()["answers"][0]["body"] == "路灯已经修好。"
    assert citizen.does("rate", score=5).status == 200
    bootstrap.use(None)


def test_a_file_is_refused_under_another_name_than_its_own(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"must be the file's own name, 'other'"):
        rulebook(written(tmp_path, EXAMPLE, "other"))


def test_a_file_that_is_not_there_or_no_text_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="cannot be read"):
        rulebook(str(tmp_path / "none.toml"))
    (tmp_path / "gbk.toml").write_bytes(EXAMPLE.encode("gb18030"))
    with pytest.raises(RulebookError, match="save it as UTF-8"):
        rulebook(str(tmp_path / "gbk.toml"))
    (tmp_path / "our-county.toml").write_bytes(EXAMPLE.encode("utf-8-sig"))
    assert rulebook(str(tmp_path / "our-county.toml")).name == "our-county"
