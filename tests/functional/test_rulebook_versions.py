"""A letter keeps its rulebook by name; when the file was corrected meanwhile, the log says so."""

from chalicelib.bootstrap import build
from chalicelib.config import REQUIRED, settings_from
from chalicelib.domain.letter import RulebookRef
from tests.functional.world import heard_in_logs

SETTINGS = dict.fromkeys(REQUIRED, "x") | {"HUIYIN_MAILER": "ses", "HUIYIN_TEXTS": "sns"}
NAME = "shuangfeng-2018"


def test_a_letter_of_another_version_of_its_rulebook_is_warned_of_once() -> None:
    inst = build(settings_from({**SETTINGS, "HUIYIN_RULEBOOK": NAME})).installation
    with heard_in_logs() as heard:
        assert inst.rulebook_of(RulebookRef(NAME, inst.rulebook.version)) is inst.rulebook
        assert heard() == ""
        for _ in range(2):
            assert inst.rulebook_of(RulebookRef(NAME, "0.9")) is inst.rulebook
    (line,) = heard().splitlines()
    assert '"began_with":"0.9"' in line
    assert '"level":"WARNING"' in line
