"""Calendar files: what is shipped can be read, and a wrong file is refused with its name, the key and the reason."""

from datetime import date
from pathlib import Path

import pytest

from chalicelib.adapters.calendar_files import (
    SHIPPED,
    CalendarFileError,
    parse_notice,
    read_festival_table,
    read_notice,
    read_notices,
    read_own_days,
    shipped_calendar,
)

GOOD = """
schedule_year = 2027
published_on = 2026-11-25
number = "国办发明电〔2026〕0号"
source = "https://www.gov.cn/"

[[festivals]]
name = "元旦"
off = [2027-01-01, 2027-01-02, 2027-01-03]
work = [2026-12-30]
"""


def test_a_notice_is_read_as_it_is_written() -> None:
    notice = parse_notice(GOOD, "2026-11-25.toml")
    assert notice.published_on == date(2026, 11, 25)
    assert notice.schedule_year == 2027
    assert notice.number == "国办发明电〔2026〕0号"
    assert notice.source == "https://www.gov.cn/"
    assert notice.off_days == dict.fromkeys((date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)), "元旦")
    assert notice.work_days == {date(2026, 12, 30): "元旦"}


def test_number_and_make_up_workdays_may_be_missing() -> None:
    lines = [line for line in GOOD.splitlines() if not line.startswith(("number", "work"))]
    notice = parse_notice("\n".join(lines), "2026-11-25.toml")
    assert notice.number is None
    assert notice.work_days == {}


def test_a_loaded_notice_makes_provisional_dates_certain() -> None:
    """What happens on the day the notice for 2027 is loaded."""
    calendar = shipped_calendar(loaded=[parse_notice(GOOD, "2026-11-25.toml")])
    assert calendar.certain_through == date(2027, 12, 28)
    assert calendar.version.startswith("cn-2026-11-25.")
    assert calendar.nth_working_day_after(date(2026, 12, 31), 1) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("schedule_year = 2027", "", "schedule_year", "is missing"),
        ("schedule_year = 2027", "schedule_year = true", "schedule_year", "must be a whole number"),
        ("published_on = 2026-11-25", 'published_on = "2026-11-25"', "published_on", "must be a date"),
        ("published_on = 2026-11-25", "published_on = 2026-11-25T08:00:00Z", "published_on", "must be a date"),
        ('source = "https://www.gov.cn/"', 'source = " "', "source", "must be a text that is not empty"),
        ('number = "国办发明电〔2026〕0号"', "number = 7", "number", "must be a text that is not empty"),
        ('number = "国办发明电〔2026〕0号"', 'no = "7"', "no", "is not known here"),
        ("[[festivals]]", "[festivals]", "festivals", r"must be tables, each headed \[\[festivals\]\]"),
        ('name = "元旦"', "", r"festivals\[0\]\.name", "is missing"),
        ("work = [", "worked = [", r"festivals\[0\]\.worked", "is not known here"),
        ("work = [2026-12-30]", "work = 2026-12-30", r"festivals\[0\]\.work", "must be a list of dates"),
        ("2027-01-02", '"2 January"', r"festivals\[0\]\.off\[1\]", "must be a date"),
        ("2027-01-02", "2027-01-01", r"festivals\[0\]\.off", "2027-01-01 is listed twice"),
        ("work = [2026-12-30]", "work = [2027-01-01]", r"festivals\[0\]\.work", "2027-01-01 is listed twice"),
        ("2027-01-02", "2027-01-32", "file", "is no TOML"),
    ],
)
def test_a_wrong_notice_is_refused_with_file_key_and_reason(old: str, new: str, key: str, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(CalendarFileError, match=rf"^2026-11-25\.toml: {key}: {reason}"):
        parse_notice(GOOD.replace(old, new), "2026-11-25.toml")


def test_a_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError, match=r"^gone\.toml: file: cannot be read"):
        read_notice(tmp_path / "gone.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CalendarFileError, match=r"^bytes\.toml: file: cannot be read"):
        read_notice(tmp_path / "bytes.toml")


def test_every_shipped_notice_is_named_after_the_day_it_was_published_and_says_where() -> None:
    paths = [path for path in sorted(SHIPPED.glob("*.toml")) if path.name != "estimate.toml"]
    notices = read_notices()
    assert [path.stem for path in paths] == [str(notice.published_on) for notice in notices]
    assert {notice.schedule_year for notice in notices} == set(range(2008, 2027))
    for notice in notices:
        assert "www.gov.cn/zhengce/zhengceku/" in notice.source


def test_three_years_have_a_revision_beside_their_notice() -> None:
    years = [notice.schedule_year for notice in read_notices()]
    assert {year for year in years if years.count(year) > 1} == {2015, 2019, 2020}


def test_the_example_of_a_countys_own_days_can_be_read() -> None:
    own = read_own_days(SHIPPED.parent / "own.example.toml")
    assert own == {date(2026, 10, 16): False, date(2026, 10, 17): True}
    assert not shipped_calendar(own).is_working_day(date(2026, 10, 16))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("off = [2026-10-16]\nwork = [2026-10-16]", r"own\.toml: work: 2026-10-16 is also listed under off"),
        ("of = [2026-10-16]", r"own\.toml: of: is not known here; expected off, work"),
        ('off = ["2026-10-16"]', r"own\.toml: off\[0\]: must be a date"),
    ],
)
def test_wrong_own_days_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalendarFileError, match=message):
        read_own_days(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('anchor = "05-01"', 'anchor = "05-32"', r"orders\[0\]\.festivals\[3\]\.anchor: must be MM-DD or one of"),
        ('anchor = "mid_autumn"', 'anchor = "moon"', r"orders\[0\]\.festivals\[5\]\.anchor: must be MM-DD or one of"),
        ("days = [-1, 0, 1]", 'days = ["eve"]', r"orders\[0\]\.festivals\[1\]\.days: must be a list of whole numbers"),
        ("qingming = 2040-04-04", "qingming = 2041-04-04", r"years\[32\]\.qingming: lies outside 2040"),
        ("mid_autumn = 2040-09-20", "", r"years\[32\]\.mid_autumn: is missing"),
    ],
)
def test_a_wrong_festival_table_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (SHIPPED / "estimate.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "estimate.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CalendarFileError, match=rf"^estimate\.toml: {message}"):
        read_festival_table(path)
