"""A CSV file is read as people make them, or refused with what to do about it."""

import pytest

from chalicelib.services.csv_rows import BadFileError, Rows, read_rows

NEEDED = ("number", "body")


def read(text: str) -> Rows:
    return read_rows(text.encode(), NEEDED)


def refused(data: bytes | str) -> str:
    with pytest.raises(BadFileError) as caught:
        read_rows(data.encode() if isinstance(data, str) else data, NEEDED)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_utf_8_with_or_without_bom_and_gb18030_read_alike(encoding: str) -> None:
    """𠮷 and 䶮 are in names, and GB2312 knows neither."""
    rows = read_rows("number,body\n1,县城东路的路灯，𠮷䶮先生问\n".encode(encoding), NEEDED)
    assert [row.fields for row in rows.rows] == [{"number": "1", "body": "县城东路的路灯，𠮷䶮先生问"}]


def test_a_bom_of_gb18030_is_no_part_of_the_first_column() -> None:
    rows = read_rows("\ufeffnumber,body\n1,路灯\n".encode("gb18030"), NEEDED)
    assert rows.rows[0].get("number") == "1"


def test_line_breaks_commas_and_quotes_stay_inside_their_field() -> None:
    rows = read('number,body\n1,"他说:""修路,""\n好的"\n')
    assert rows.rows[0].fields["body"] == '他说:"修路,"\n好的'


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_row_is_named_by_the_line_it_begins_on(ending: str) -> None:
    """What an editor shows: multi-line fields and blank lines count."""
    text = ending.join(["number,body", '1,"a', "b", 'c"', "", "2,d", '3,"e', 'f"', "4,g"])
    assert [(row.line, row.fields["number"]) for row in read(text).rows] == [(2, "1"), (6, "2"), (7, "3"), (9, "4")]


def test_columns_may_stand_in_any_order_and_others_are_named_as_unused() -> None:
    rows = read(" body ,remark,number\nx,y,7\n")
    assert rows.rows[0].get("number") == "7"
    assert rows.ignored == ("remark",)


def test_a_missing_column_is_named() -> None:
    assert refused("number,text\n1,a\n") == "the first line must name these columns too: body"


def test_a_column_named_twice_is_refused() -> None:
    """Which of the two holds the letter could only be guessed."""
    assert "twice: body" in refused("number,body,body\n1,a,b\n")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_named_as_such(separator: str) -> None:
    assert "separated by commas" in refused(f"number{separator}body\n1{separator}a\n")


@pytest.mark.parametrize("data", [b"", b"\n \n", "﻿".encode()])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refused(data)


def test_a_file_with_a_heading_only_is_refused() -> None:
    assert refused("number,body\n\n,,\n") == "there is no row under the first line"


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14\x00\x06\x00", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_an_excel_workbook_is_told_apart(data: bytes) -> None:
    assert "workbook" in refused(data)


@pytest.mark.parametrize("data", [b"number,body\n1,\x00\n", "number,body\n1,a\n".encode("utf-16")])
def test_a_binary_file_is_refused(data: bytes) -> None:
    assert "no text" in refused(data)


def test_characters_of_no_known_encoding_are_refused() -> None:
    assert "neither UTF-8 nor GB18030" in refused(b"number,body\n1,\xff\xff\xff\n")


def test_damaged_utf_8_is_refused_and_never_read_as_gb18030() -> None:
    """GB18030 takes nearly any bytes: half a character lost would turn the whole file into nonsense, for good."""
    good = "number,body\n1,县城东路的路灯坏了\n2,何时修好\n".encode()
    at = good.index("何".encode())
    damaged = good[:at] + good[at + 1 :]
    damaged.decode("gb18030", errors="ignore")
    assert "line 3 holds broken UTF-8" in refused(damaged)


def test_a_short_record_ends_in_empty_fields() -> None:
    row = read_rows(b"number,body,area\n1,a\n", NEEDED, ["area"]).rows[0]
    assert row.get("area") is None
    assert row.get("body") == "a"


def test_a_record_with_more_fields_than_columns_is_a_broken_row_and_the_others_are_read() -> None:
    """A comma outside quotes shifts all that follows it: part of a letter would be taken for its date."""
    rows = read("number,body\n1,a,and more\n2,b\n3,c,,\n")
    assert [row.fields["number"] for row in rows.rows] == ["2", "3"]
    assert [(error.line, error.column) for error in rows.broken] == [(2, "body")]


def test_an_unclosed_quote_is_named_by_the_line_its_record_begins_on() -> None:
    """The end of the file, where a reader notices, helps nobody."""
    assert "begins in line 3 " in refused('number,body\n1,a\n2,"b\n3,c\n4,d\n')


def test_a_quote_in_the_middle_of_a_quoted_field_is_refused() -> None:
    assert "begins in line 2 " in refused('number,body\n1,"a"b"\n')


def test_no_error_repeats_what_stands_in_the_file() -> None:
    rows = read("number,body\n1,秘密,张三\n")
    assert "张三" not in str(rows.broken[0])
    assert "张三" not in refused('number,body\n1,"张三\n')
    assert "秘密" not in repr(read("number,body\n1,秘密\n").rows[0])
