"""Who is named in words, as people write it."""

import pytest

from chalicelib.domain.directory import Contact, Directory, Unit
from chalicelib.domain.letter import ContactId, Role, UnitId
from chalicelib.domain.named import Named, named_in

HOUSING, ROADS, TOWN = UnitId("housing"), UnitId("roads"), UnitId("town")
DIRECTORY = Directory.of(
    [Unit(HOUSING, "县住房和城乡建设局"), Unit(ROADS, "县交通运输局"), Unit(TOWN, "柳河镇人民政府")],
    [
        Contact(ContactId("handler"), "宋木兰", HOUSING, frozenset({Role.HANDLER}), "a@county.test"),
        Contact(ContactId("head"), "江河清", HOUSING, frozenset({Role.FIRST_RESPONSIBLE}), "b@county.test"),
    ],
    [],
)


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("反映县住房和城乡建设局的问题", {HOUSING}),
        ("住房和城乡建设局收费不合理", {HOUSING}),
        ("县住建局的人", {HOUSING}),
        ("住 建 局", {HOUSING}),
        ("交通运输局和住建局", {HOUSING, ROADS}),
        ("柳河镇政府", {TOWN}),
        ("柳河镇人民政府", {TOWN}),
        ("我家住在柳河镇", set()),
        ("水务局", set()),
        ("局里的人", set()),
        ("", set()),
    ],
)
def test_an_office_is_known_by_its_name_and_by_its_short_name(words: str, units: set[UnitId]) -> None:
    assert set(named_in(words, DIRECTORY).units) == units


def test_a_person_is_known_by_name_and_the_office_with_its_head() -> None:
    assert named_in("工作人员宋木兰态度恶劣", DIRECTORY) == Named((), (ContactId("handler"),))
    assert named_in("局长江河清收礼", DIRECTORY) == Named((HOUSING,), (ContactId("head"),))
