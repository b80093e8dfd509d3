"""A rule that nobody could ever use, or a letter that could never go on, is a mistake of the file and is refused."""

import pytest

from chalicelib.domain.errors import RulebookError
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rulebook_file import parse_rulebook, read_rulebook
from tests.unit.test_rulebook import BARE, book, ground, step, with_

LIMIT = '{ number = 3, counted_in = "working_days" }'
CHAIN = """
[[answer_chains]]
name = "{name}"
title = "签批"
{more}
"""
SIGNING = 'steps = [{ name = "sign", title = "签字", by = ["first_responsible"] }]'
REVIEWING = 'steps = [{ name = "look", title = "审核", by = ["centre"] }]'
APPROVING = BARE + 'approve = ["centre"]\n'


def moves(*lines: str) -> str:
    """The bare book with more moves."""
    return BARE + "".join(f"{line}\n" for line in lines)


def chain(more: str, name: str = "one") -> str:
    return CHAIN.format(name=name, more=more)


REFUSED = [
    pytest.param('fields = ["教育", " 其他"]\n' + BARE, "fields.1", "leave out blanks around it", id="a blank before"),
    pytest.param('regions = ["东  城"]\n' + BARE, "regions.0", "and double ones", id="a double blank within"),
    pytest.param(
        f'fields = ["{"长" * 81}"]\n' + BARE, "fields.0", "at most 80 characters", id="longer than a letter takes"
    ),
    pytest.param(
        BARE.replace('answer = ["handler"]\n', ""), "moves.answer", "without it no letter gets", id="nobody answers"
    ),
    pytest.param(
        BARE.replace('accept = ["centre"]', "accept = []"),
        "moves.accept",
        "give it to one of: centre",
        id="none at all",
    ),
    pytest.param(
        BARE.replace('assign = ["centre"]\n', ""),
        "moves.assign",
        "give it to one of: centre, inspector",
        id="no assign",
    ),
    pytest.param(with_("[pool]"), "pool", "needs claim under [moves]", id="a pool nobody claims from"),
    pytest.param(moves('claim = ["handler"]'), "moves.claim", "without [pool]", id="claiming without a pool"),
    pytest.param(
        with_("[return]", BARE.replace('return = ["handler"]\n', "")), "return", "needs return", id="nobody returns"
    ),
    pytest.param(
        with_("[extension]", BARE.replace('grant_extension = ["centre"]\n', "")),
        "extension",
        "needs grant_extension under [moves]; it may be given to: centre",
        id="more time that nobody grants",
    ),
    pytest.param(
        with_("[extension]\ncontact_writer_first = true", BARE.replace('contact_writer = ["handler"]\n', "")),
        "extension.contact_writer_first",
        "needs contact_writer",
        id="contact that nobody may make",
    ),
    pytest.param(
        with_('[reading]\nbefore = ["assign"]'), "reading", "needs approve", id="a reading that nobody can record"
    ),
    pytest.param(
        with_('[reading]\nbefore = ["forward"]', APPROVING), "reading", "needs forward", id="reading before nothing"
    ),
    pytest.param(
        with_('[[instruction]]\nsensitivity = ["policy"]\nby = ["leader"]'),
        "instruction",
        "needs instruct",
        id="an instruction nobody gives",
    ),
    pytest.param(
        with_('[[instruction]]\nsensitivity = ["policy"]\nby = ["centre"]'),
        "instruction.0.by",
        "only leaders instruct",
        id="an instruction by the centre",
    ),
    pytest.param(
        with_('[instructed]\npriority_of = ["inspector"]', moves('instruct = ["leader"]')),
        "instructed.priority_of",
        "inspector does not instruct",
        id="priority of an inspector",
    ),
    pytest.param(with_("[publication]"), "publication", "needs publish", id="what nobody publishes"),
    pytest.param(
        with_('[spot_checks]\nnumber = 3\nweekday = 3\nat = "09:00"'),
        "spot_checks",
        "needs spot_check",
        id="a draw nobody looks at",
    ),
    pytest.param(with_("[repeats]"), "repeats", "needs link_repeat", id="repeats nobody links"),
    pytest.param(
        moves('refer_up = ["centre"]'), "moves.refer_up", "give instruct or convert", id="referred up for ever"
    ),
    pytest.param(moves('convert = ["centre"]'), "moves.convert", "give refer_up", id="nothing to convert"),
    pytest.param(moves('decline = ["centre"]'), "moves.decline", "[[decline_grounds]]", id="declining without grounds"),
    pytest.param(moves('remove = ["centre"]'), "moves.remove", "[[remove_grounds]]", id="removing without grounds"),
    pytest.param(
        moves('hold_to_account = ["leader"]'), "moves.hold_to_account", "[[responsibility]]", id="account of nothing"
    ),
    pytest.param(
        with_("[publication]", moves('publish = ["centre"]', 'withhold = ["centre"]')),
        "moves.withhold",
        "[[publication.exceptions]]",
        id="withholding without grounds",
    ),
    pytest.param(with_(ground("advert")), "decline_grounds", "add decline to [moves]", id="grounds for nobody"),
    pytest.param(
        "review_criteria = true\n" + APPROVING, "criteria", "none are listed", id="criteria that are not there"
    ),
    pytest.param(with_(chain(SIGNING)), "answer_chains.0", "add approve", id="a chain nobody can walk"),
    pytest.param(
        with_(chain('sources = ["hotline"]'), APPROVING),
        "answer_chains.0.sources",
        "hotline is not listed under [[sources]]",
        id="a chain for no source",
    ),
    pytest.param(
        with_(chain(f"{SIGNING}\nlimit = {LIMIT}"), APPROVING),
        "answer_chains.0.limit",
        "no step comes after them",
        id="a limit around nothing",
    ),
    pytest.param(
        with_(chain(f'{REVIEWING}\ngiven_by = "government"'), APPROVING),
        "answer_chains.0.given_by",
        "needs a step by one of its leaders",
        id="the government's name without it",
    ),
    pytest.param(
        with_(chain(f'{SIGNING}\ngiven_by = "centre"'), APPROVING),
        "answer_chains.0.given_by",
        "needs a step by centre",
        id="the centre's name without it",
    ),
    pytest.param(
        with_(chain('copies_to = ["writer"]'), APPROVING), "answer_chains.0.copies_to", "writer cannot", id="a copy"
    ),
    pytest.param(
        with_(chain("") + chain('levels = ["county"]', "two")),
        "answer_chains.1",
        "never taken",
        id="a chain behind one that fits all",
    ),
    pytest.param(
        with_(chain('steps = [{ name = "x", title = "x", by = ["handler", "centre"] }]'), APPROVING),
        "answer_chains.0.steps.0.by",
        "not both",
        id="a step of two sides",
    ),
    pytest.param(
        with_(step(to="centre").replace("handle]", "triage]")),
        "ladder.triage",
        "never runs here: there is no [triage]",
        id="a ladder around no limit",
    ),
    pytest.param(
        with_(step(to="approver").replace("handle]", "approval]")),
        "ladder.approval",
        "never runs here: there is no answer chain with a 'limit'",
        id="a ladder around no approval",
    ),
    pytest.param(
        with_(step().replace("handle]", "return]") + "[return]"),
        "ladder.return",
        "there is no 'window' under [return]",
        id="a ladder around no window",
    ),
    pytest.param(
        with_(step(to="approver")), "ladder.handle", "approver cannot be reached", id="no approver while it is handled"
    ),
    pytest.param(
        with_('[reports.daily]\ntitle = "清单"\nat = "07:00"\nto = ["writer"]'),
        "reports.daily.to",
        "writer",
        id="reader",
    ),
    pytest.param('fields = ["教育", "教育"]\n' + BARE, "fields", "twice", id="a field twice"),
    pytest.param(
        BARE.replace('version = "1"', 'version = "a/b"'), "version", "without spaces", id="a version no file can bear"
    ),
    pytest.param(
        with_("[appraisal]\nanswer_rate = 90"), "appraisal", "must add up to 100", id="weights of another sum"
    ),
    pytest.param(BARE.replace('title = "最简制度"', "title = 7"), "title", "write a text in quotes", id="no text"),
    pytest.param(
        BARE.replace('accept = ["centre"]', 'accept = "centre"'),
        "moves.accept",
        "list in square brackets",
        id="no list",
    ),
    pytest.param(
        BARE.replace("[redo]\nnumber = 1", "[redo]\nnumber = 1.5"), "redo.number", "whole number", id="a half"
    ),
    pytest.param(
        BARE.replace('moves]\naccept = ["centre"]', 'moves]\naccept = ["boss"]'),
        "moves.accept.0",
        "write one of: centre",
        id="role",
    ),
    pytest.param(
        with_('[[instruction]]\nsensitivity = ["policy"]\nby = ["head", "head"]', moves('instruct = ["head"]')),
        "instruction.0.by",
        "twice",
        id="the same post twice",
    ),
    pytest.param(
        with_(f"[extension]\ncap = {LIMIT}"), "extension.cap.number", "shorter than county_handle (7)", id="a short cap"
    ),
    pytest.param(
        with_("[writer]\nreopen_within_days = 5", BARE.replace('reopen = ["writer"]\n', "")),
        "writer.reopen_within_days",
        "needs reopen",
        id="nobody reopens",
    ),
    pytest.param(with_("[instructed]"), "instructed", "needs instruct", id="instructed by nobody"),
    pytest.param(
        with_(chain("instructed = true")), "answer_chains.0.instructed", "nobody may instruct", id="a chain never taken"
    ),
    pytest.param(BARE.replace('"最简制度"', '"  "'), "title", "must not be empty", id="a blank title"),
    pytest.param(BARE.replace('title = "其他"', 'title = ""'), "kinds.other.title", "must not be empty", id="no title"),
    pytest.param(BARE.replace("[clauses]", '[clauses]\n"AB-1" = " "'), "clauses.AB-1", "must not be", id="no wording"),
    pytest.param('fields = ["教育", ""]\n' + BARE, "fields.1", "must not be empty", id="an empty field"),
    pytest.param(
        with_('[[decline_grounds]]\nid = "x"\ntext = "广告\\u0007"', moves('decline = ["centre"]')),
        "decline_grounds.0.text",
        "control characters",
        id="a bell in a ground",
    ),
    pytest.param(
        with_('[[ladder.handle]]\nname = "c"\naction = "circular"\noffset = 9\nto = ["leader"]'),
        "ladder.handle",
        "give hold_to_account to one of: deputy_head,",
        id="a circular nobody decides on",
    ),
    pytest.param(
        with_(step().replace("[[ladder.handle]]", "[ladder.redo]")),
        "ladder.redo",
        "write [[ladder.redo]] in double brackets",
        id="single brackets",
    ),
    pytest.param(BARE.replace("[redo]", "[[redo]]"), "redo", "write [redo] in single brackets", id="double brackets"),
]


@pytest.mark.parametrize(("content", "key", "reason"), REFUSED)
def test_what_cannot_work_is_refused_with_its_key_and_in_plain_words(content: str, key: str, reason: str) -> None:
    with pytest.raises(RulebookError) as refused:
        book(content)
    assert (refused.value.file, refused.value.key) == ("county.toml", key)
    assert reason in refused.value.reason


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(with_("[pool]", moves('claim = ["handler"]')), id="pool"),
        pytest.param(with_('[reading]\nbefore = ["assign"]', APPROVING), id="reading"),
        pytest.param(with_("[publication]", moves('publish = ["department_head"]')), id="publication"),
        pytest.param(with_("[return]"), id="return"),
        pytest.param(with_(chain(REVIEWING + f"\nlimit = {LIMIT}"), APPROVING), id="chain with a limit"),
        pytest.param(
            with_(chain("on_request = true") + chain("", "two") + chain("on_request = true", "three")), id="on request"
        ),
        pytest.param(with_(ground("advert"), moves('decline = ["centre"]')), id="grounds"),
        pytest.param(moves('refer_up = ["centre"]', 'convert = ["centre"]'), id="referring up"),
    ],
)
def test_what_fits_together_is_taken(content: str) -> None:
    assert book(content).name == "bare"


def test_one_wrong_item_of_a_list_is_told_once_and_in_the_file_s_own_words() -> None:
    read = read_rulebook("county.toml", with_('[reading]\nbefore = ["answer"]', APPROVING))
    assert not isinstance(read, Rulebook)
    assert [str(each) for each in read] == ["county.toml: reading.before.0: write one of: assign, forward, refer_up"]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = BARE.replace('title = "最简制度"\n', "").replace("number = 7", "number = 0")
    read = read_rulebook("county.toml", wrong)
    assert not isinstance(read, Rulebook)
    assert [str(each) for each in read] == [
        "county.toml: title: this key is missing",
        "county.toml: county_handle.number: must be 1 or more",
    ]
    with pytest.raises(RulebookError, match="title: this key is missing"):
        parse_rulebook("county.toml", wrong)
