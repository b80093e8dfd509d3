"""`doctor`: finds what was broken, says what to do, and names nobody."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.adapters.smtp_mail import Security, SmtpMail, SmtpServer
from chalicelib.config import GatewaySettings, Settings, SmtpSettings, settings_from
from chalicelib.domain.letter import ContactId
from chalicelib.ports import RefusedError
from infra.cli import main
from infra.cloud.account import Account
from infra.cloud.deployed import Deployed, deployed
from infra.cloud.pausing import pause
from infra.cloud.restoring import Mark, Table, drop_mark, set_mark
from infra.cloud.stack import Stack
from infra.doctor import calendar, capacity, clock, jobs, mail, messages, people, texts
from infra.doctor.findings import Finding, Patient, Verdict
from infra.doctor.look import look_over
from infra.environment import free_port
from infra.provision import Provisioned
from infra.stand.settings import sms_words
from scheduled.timetable import ZONE
from tests.functional.world import World
from tests.platform import stage as stages
from tests.platform.stage import Stage


@pytest.fixture
def world() -> Iterator[World]:
    yield World()
    bootstrap.use(None)


def no_cloud(service: str) -> Any:
    raise AssertionError(f"{service} was asked")


def patient(world: World, told: Settings | None = None) -> Patient:
    return Patient(bootstrap.container(), None, told, no_cloud, datetime.now(UTC))


def of(findings: list[Finding], check: str) -> Finding:
    (found,) = [each for each in findings if each.check == check]
    return found


# the calendar and the clock


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        ("2026-10-01 10:00", Verdict.OK),
        ("2026-10-30 10:00", Verdict.ATTENTION),
        ("2026-12-28 10:00", Verdict.ATTENTION),
        ("2026-12-29 10:00", Verdict.WRONG),
    ],
)
def test_the_end_of_certain_dates_is_told_sixty_days_ahead(world: World, today: str, verdict: Verdict) -> None:
    world.at(today)
    (found,) = calendar.look(patient(world))
    assert (found.verdict, "2026-12-28" in found.says) == (verdict, True)
    assert (found.do is None) == (verdict is Verdict.OK)


def test_it_says_when_the_next_notice_usually_comes() -> None:
    """By the notices that are shipped: 2021, 2023: 25 October; 2022: 8 December."""
    assert "between 25 October and 8 December" in calendar.usually_comes()


@pytest.mark.parametrize(
    ("off", "verdict", "words"),
    [
        (3, Verdict.OK, "3 seconds ahead"),
        (-45, Verdict.ATTENTION, "45 seconds behind"),
        (400, Verdict.WRONG, "400 seconds ahead"),
    ],
)
def test_a_clock_that_is_off_is_told_before_calls_are_refused(off: float, verdict: Verdict, words: str) -> None:
    found = clock.judge(1_000_000.0 + off, 1_000_000.0)
    assert (found.verdict, words in found.says) == (verdict, True)


# jobs, by their traces


def test_jobs_that_stand_still_are_named(world: World) -> None:
    world.send_letter()
    for job in ("sweep", "publish", "dispatch"):
        world.run(job)
    fresh = jobs.look(patient(world))
    assert {each.verdict for each in fresh} == {Verdict.OK, Verdict.ATTENTION}
    world.nobody_acts_until("2026-11-21 03:00")
    world.run("close_day")
    world.run("reconcile")
    world.run("publish")
    assert {each.verdict for each in jobs.look(patient(world))} == {Verdict.OK}

    world.later(days=9)
    late = {each.check: each for each in jobs.look(patient(world))}
    assert {name for name, each in late.items() if each.verdict is Verdict.WRONG} == {
        "job sweep",
        "job close_day",
        "job publish",
        "job reports",
        "job reconcile",
    }
    assert "closed through 2026-11-20, and should be through 2026-11-29" in late["job close_day"].says


def test_mail_that_nobody_sends_and_reports_that_nobody_makes_are_named(world: World) -> None:
    world.send_letter()
    world.later(minutes=20)
    assert of(jobs.look(patient(world)), "job dispatch").verdict is Verdict.WRONG
    world.nobody_acts_until("2026-11-23 02:00", timedelta(hours=6))
    world.run("close_day")
    world.at("2026-11-23 23:00")
    owed = of(jobs.look(patient(world)), "job reports")
    assert (owed.verdict, "owed" in owed.says) == (Verdict.WRONG, True)
    world.run("reports")
    assert of(jobs.look(patient(world)), "job reports").verdict is Verdict.OK


@pytest.mark.parametrize(("local", "day"), [("2026-11-20 01:30", 18), ("2026-11-20 02:00", 19)])
def test_yesterday_need_not_be_closed_before_its_time(local: str, day: int) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=ZONE)
    assert jobs.last_closed(at).day == day


def test_what_reconcile_found_is_told_by_kind(world: World) -> None:
    world.jobs.note(
        "reconcile", json.dumps({"at": world.time.now().isoformat(), "desk_wrong": ["A", "B"], "finished": 1})
    )
    found = of(jobs.look(patient(world)), "job reconcile")
    assert (found.verdict, "2 desk_wrong" in found.says) == (Verdict.ATTENTION, True)


# SMS, messages, people


def gateway(*names: str) -> Settings:
    base = dict.fromkeys(settings_names(), "x")
    told = settings_from({**base, "HUIYIN_MAILER": "ses", "HUIYIN_TEXTS": "gateway", "HUIYIN_GATEWAY_URL": "x"})
    return replace(told, gateway=GatewaySettings("x", None, dict.fromkeys(names, "1")))


def settings_names() -> tuple[str, ...]:
    from chalicelib.config import REQUIRED

    return REQUIRED


def test_each_sms_without_an_approved_template_is_named(world: World) -> None:
    needed = {name for name in sms_words() if "@" not in name}
    (whole,) = texts.look(patient(world, gateway(*needed)))
    assert whole.verdict is Verdict.OK
    gone = sorted(needed)[:2]
    (found,) = texts.look(patient(world, gateway(*needed - set(gone))))
    assert (found.verdict, found.says.endswith(": " + ", ".join(gone))) == (Verdict.WRONG, True)


def test_a_template_of_a_misspelt_name_is_pointed_out(world: World) -> None:
    needed = {name for name in sms_words() if "@" not in name}
    (found,) = texts.look(patient(world, gateway(*needed, "lader_urge")))
    assert (found.verdict, "lader_urge" in found.says) == (Verdict.ATTENTION, True)


def test_failed_messages_are_counted_by_kind_with_the_way_to_send_them(world: World) -> None:
    assert messages.look(patient(world))[0].verdict is Verdict.OK
    world.mailer.failing["*"] = RefusedError("smtp:550")
    world.send_letter()
    world.post_goes_out()
    found = messages.look(patient(world))[0]
    assert found.verdict is Verdict.ATTENTION
    assert "(smtp:550)" in found.says
    assert "infra replay --messages" in (found.do or "")


def test_a_county_without_a_centre_cannot_work(world: World) -> None:
    assert people.look(patient(world))[0].verdict is Verdict.OK
    clerks = [
        replace(each, active=False) for each in world.registry.directory().contacts.values() if "clerk" in each.id
    ]
    world.registry.put([], clerks, [])
    found = people.look(patient(world))[0]
    assert (found.verdict, "role centre" in found.says) == (Verdict.WRONG, True)


def test_a_unit_whose_people_cannot_be_mailed_is_named_and_the_person_is_not(world: World) -> None:
    someone = replace(world.contact("roads-handler"), email="", name="路平安")
    world.registry.put([], [someone], [])
    found = people.look(patient(world))[0]
    assert (found.verdict, "unit roads" in found.says) == (Verdict.WRONG, True)
    assert "路平安" not in found.says
    assert someone.id == ContactId("roads-handler")


def test_a_check_that_fails_hides_no_other(world: World) -> None:
    """The reports bucket does not answer; everything that needs no bucket is told all the same."""

    class Gone:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            def refuse(*_: object, **__: object) -> Any:
                raise OSError("gone")

            return refuse

    world.open(reports=Gone())
    found = list(look_over(patient(world)))
    assert {each.check for each in found if each.says.startswith("could not be looked at")} >= {"jobs", "keys"}
    assert of(found, "calendar").verdict is Verdict.ATTENTION
    assert of(found, "people").verdict is Verdict.OK


# senders: what SES, SNS and a mail server say of themselves


class Says:
    """A service that gives these answers, whatever it is asked with."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda **_: self._answers[name]


VERIFIED = {"VerificationAttributes": {"x": {"VerificationStatus": "Success"}}}
FREE = {"ProductionAccessEnabled": True, "SendingEnabled": True, "EnforcementStatus": "HEALTHY"}


def ses(world: World, **account: Any) -> list[Finding]:
    services = {
        "ses": Says(get_identity_verification_attributes=VERIFIED),
        "sesv2": Says(get_account={**FREE, "SendQuota": {"Max24HourSend": 100, "SentLast24Hours": 5}, **account}),
    }
    return mail.look(replace(patient(world, gateway()), client=services.__getitem__))


@pytest.mark.parametrize(
    ("account", "verdict", "words"),
    [
        ({}, Verdict.OK, "5 of 100 mails"),
        ({"ProductionAccessEnabled": False}, Verdict.WRONG, "sandbox"),
        ({"SendingEnabled": False}, Verdict.WRONG, "stopped"),
        ({"EnforcementStatus": "PROBATION"}, Verdict.ATTENTION, "bounces"),
        ({"SendQuota": {"Max24HourSend": 100, "SentLast24Hours": 80}}, Verdict.ATTENTION, "80 of 100"),
    ],
)
def test_what_ses_keeps_an_account_from_is_told(
    world: World, account: dict[str, Any], verdict: Verdict, words: str
) -> None:
    found = ses(world, **account)
    assert any((each.verdict, words in each.says) == (verdict, True) for each in found)
    assert sum(each.verdict is not Verdict.OK for each in found) == (0 if verdict is Verdict.OK else 1)


def test_a_mail_server_that_is_not_there_is_told_by_its_address(world: World) -> None:
    port = free_port()
    world.open(mailer=SmtpMail(SmtpServer("127.0.0.1", port, Security.PLAIN), "box@county.test", "x", world.time))
    told = replace(gateway(), smtp=SmtpSettings("127.0.0.1", port, "plain", None, None))
    (found,) = mail.look(patient(world, told))
    assert (found.verdict, f"127.0.0.1:{port}" in found.says) == (Verdict.WRONG, True)


# a deployed stage, in the emulator


@contextmanager
def web(pages: dict[str, tuple[int, str]]) -> Iterator[str]:
    """A web server with these pages; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = pages.get(self.path, (404, ""))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site() -> Iterator[tuple[str, dict[str, tuple[int, str]]]]:
    pages: dict[str, tuple[int, str]] = {}
    with web(pages) as address:
        yield address, pages


@pytest.fixture
def stage(stack: Provisioned, site: tuple[str, Any]) -> Iterator[Stage]:
    with stages.deployed(stack, site[0]) as made:
        yield made


def examined(stage: Stage, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[Finding]]:
    code = main(["doctor", "--stage", stage.name, "--json"])
    said = json.loads(capsys.readouterr().out)["findings"]
    return code, [Finding(**{**each, "verdict": Verdict(each["verdict"])}) for each in said]


def test_a_stage_that_was_just_deployed_is_looked_over(
    stage: Stage, site: tuple[str, dict[str, tuple[int, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """No sender is verified, nobody is in the directory, alarms go to nobody: each is said, with what to do."""
    address, pages = site
    pages["/"] = (200, f'<meta content="connect-src {stage.account.endpoint}">')
    code, found = examined(stage, capsys)
    assert code == 1
    wrong = {each.check for each in found if each.verdict is Verdict.WRONG}
    assert {"mail", "alarm mail", "people", "api"} <= wrong
    assert all(each.do for each in found if each.verdict in {Verdict.WRONG, Verdict.ATTENTION})
    assert of(found, "stack").verdict is Verdict.OK
    assert of(found, "keys").verdict is Verdict.OK
    assert of(found, "site").says == f"{address}/ answers, and its requests go to the API"
    assert of(found, "clock").verdict is Verdict.OK
    assert of(found, "failed runs").verdict is Verdict.OK


def test_a_verified_domain_verifies_its_senders(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.account.client("ses").verify_domain_identity(Domain=f"{stage.name}.test")
    found = of(examined(stage, capsys)[1], "mail")
    assert (found.verdict, f"({stage.name}.test)" in found.says) == (Verdict.OK, True)


def test_pages_that_ask_another_api_are_found(
    stage: Stage, site: tuple[str, dict[str, tuple[int, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    site[1]["/"] = (200, '<meta content="connect-src https://another.test">')
    found = of(examined(stage, capsys)[1], "site")
    assert (found.verdict, "does not send its requests to" in found.says) == (Verdict.WRONG, True)
    site[1].clear()
    assert "answers 404" in of(examined(stage, capsys)[1], "site").says


def test_an_alarm_that_rings_is_told_with_its_own_words(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    watch = stage.account.client("cloudwatch")
    watch.set_alarm_state(AlarmName=f"{stage.stack}-sweep", StateValue="ALARM", StateReason="test")
    found = of(examined(stage, capsys)[1], "alarms")
    assert found.verdict is Verdict.WRONG
    assert "the sweep has not run" in found.says


def test_protection_that_was_taken_away_by_hand_is_found(
    stage: Stage, stack: Provisioned, capsys: pytest.CaptureFixture[str]
) -> None:
    off = {"PointInTimeRecoveryEnabled": False}
    stage.account.client("dynamodb").update_continuous_backups(
        TableName=stack.table, PointInTimeRecoverySpecification=off
    )
    said = [each for each in examined(stage, capsys)[1] if each.check == "table"]
    assert any("point-in-time recovery is off" in each.says and stack.table in (each.do or "") for each in said)


def test_a_secret_that_was_deleted_is_found_by_what_it_is_for(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    secret = stage.environment["HUIYIN_LINK_SECRET"]
    stage.account.client("secretsmanager").delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
    found = of(examined(stage, capsys)[1], "keys")
    assert (found.verdict, "desk links" in found.says) == (Verdict.WRONG, True)


def schedules(stage: Stage, capsys: pytest.CaptureFixture[str]) -> list[Finding]:
    return [each for each in examined(stage, capsys)[1] if each.check == "schedules"]


def test_a_schedule_that_is_off_and_a_paused_function_are_found(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert of(examined(stage, capsys)[1], "schedules").verdict is Verdict.OK
    stage.account.client("events").disable_rule(Name=f"{stage.stack}-dispatch-rule")
    stage.account.client("lambda").put_function_concurrency(
        FunctionName=stage.function("sweep"), ReservedConcurrentExecutions=0
    )
    off, paused = schedules(stage, capsys)
    assert (off.says, off.do) == (
        "DispatchSchedule is switched off",
        f"aws events enable-rule --name {stage.stack}-dispatch-rule",
    )
    assert paused.says == "sweep is paused"
    assert all(name in (paused.do or "") for name in ("restore", "backup --at-rest", "destroy"))


def test_a_pause_that_was_cut_short_is_one_line_and_a_restore_is_named_where_it_was_one(
    stage: Stage, stack: Provisioned, capsys: pytest.CaptureFixture[str]
) -> None:
    pause(deployed(stage.name))
    (found,) = schedules(stage, capsys)
    assert found.verdict is Verdict.WRONG
    assert found.says.endswith("are paused")
    assert {"api", "sweep", "SweepSchedule", "SpotChecksSchedule"} <= set(
        found.says.removesuffix(" are paused").split(", ")
    )
    table = Table(stage.account.client("dynamodb"), stack.table)
    set_mark(table, Mark("folder 7", {}))
    try:
        (found,) = schedules(stage, capsys)
    finally:
        drop_mark(table)
    assert (found.do or "").startswith("A restore from folder 7 was cut short")


class _Limited:
    """An account in which so many functions may run at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    def get_account_settings(self) -> dict[str, Any]:
        return {"AccountLimit": {"ConcurrentExecutions": self._limit, "UnreservedConcurrentExecutions": 7}}


@pytest.mark.parametrize(
    ("limit", "verdict"), [(10, Verdict.ATTENTION), (99, Verdict.ATTENTION), (100, Verdict.OK), (1000, Verdict.OK)]
)
def test_an_account_that_lets_few_functions_run_at_once_is_told_what_to_ask_for(
    world: World, limit: int, verdict: Verdict
) -> None:
    nowhere = Deployed(Account("1", "cn-north-1", "aws-cn", None, None), "s", Stack("s", "", {}, {}), {}, {})
    (found,) = capacity.look(replace(patient(world), found=nowhere, client=lambda _: _Limited(limit)))
    assert (found.verdict, f"{limit} functions" in found.says) == (verdict, True)
    assert ("'Concurrent executions': ask for 1000" in (found.do or "")) == (verdict is Verdict.ATTENTION)


def test_the_limit_of_the_account_is_asked_for(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    limit = stage.account.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    assert f"{limit} functions" in of(examined(stage, capsys)[1], "capacity").says


def test_failed_runs_are_counted(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.account.client("sqs").send_message(QueueUrl=stage.queue(), MessageBody="{}")
    found = of(examined(stage, capsys)[1], "failed runs")
    assert (found.verdict, found.do) == (
        Verdict.ATTENTION,
        f"See which: python -m infra replay --stage {stage.name}",
    )


def test_for_people_it_prints_a_line_a_finding_and_a_sum(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--stage", stage.name]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith(f"WRONG     mail: sender box@{stage.name}.test is not verified") for line in lines)
    assert lines[-1].count(",") == 2
