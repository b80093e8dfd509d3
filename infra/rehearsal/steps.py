"""The steps of a rehearsal, in order. A step that fails raises OperatorError; nothing after it is tried."""

from pathlib import Path
from typing import Final

from chalicelib.services.import_units import UnitsFile, read_units, take_units
from infra.cloud.account import told
from infra.cloud.inside import inside
from infra.errors import OperatorError
from infra.rehearsal import changes, desk_work, jobs, main_job, own_way, past, rights
from infra.rehearsal.ending import end
from infra.rehearsal.ledger_look import look_at_ledger
from infra.rehearsal.people import Desk
from infra.rehearsal.site_look import look_at_pages
from infra.rehearsal.stage import Rehearsal, Step

_UNITS: Final = Path(__file__).with_name("units.csv")


def deploy(rehearsal: Rehearsal) -> None:
    """The operator's own `deploy`, into an account where nothing is but the verified sender."""
    account, sender = rehearsal.place.account, rehearsal.target.settings.mail.sender
    with told("The sender's address cannot be verified"):
        account.client("ses").verify_email_identity(EmailAddress=sender)
    done = rehearsal.deploy(rehearsal.bundle)
    if done.first_link is None:
        raise OperatorError("The first person was given no link to a desk.")
    rehearsal.tokens["centre-1"] = Desk.opened(rehearsal.api, done.first_link).token
    rehearsal.first_version = done.version


def bring_the_people_in(rehearsal: Rehearsal) -> None:
    """The offices and people of the county, as `import-units --stage` takes them."""
    read = read_units(_UNITS.read_bytes())
    if not isinstance(read, UnitsFile):
        raise OperatorError(f"{_UNITS.name} is wrong: {read}")
    take_units(inside(rehearsal.deployed()).installation.registry, read)


def look_at_site(rehearsal: Rehearsal) -> None:
    """The pages are there, and talk to this API."""
    look_at_pages(rehearsal)


def find_nothing_to_do(rehearsal: Rehearsal) -> None:
    """The hourly reports of an installation without a letter."""
    jobs.run(rehearsal, "reports")


def write_letters(rehearsal: Rehearsal) -> None:
    """One on the website, one with a photo by somebody without e-mail, one by telephone."""
    centre = rehearsal.desk("centre-1")
    rehearsal.letters["main"] = main_job.write(rehearsal.api)
    rehearsal.letters["photo"] = desk_work.write_with_a_file(rehearsal.api, centre)
    rehearsal.letters["call"] = desk_work.take_a_call(centre)


def run_jobs(rehearsal: Rehearsal) -> None:
    """What the schedules would start in minutes or at night; the hourly run closes a day that the nightly missed."""
    jobs.note_one_missing(rehearsal)
    jobs.run(rehearsal, "close_day")
    jobs.lose_last_closed_day(rehearsal)
    jobs.note_one_missing(rehearsal)
    jobs.run(rehearsal, "reports", "publish", "sweep", "calendar_watch")
    jobs.leave_unreadable_message(rehearsal, "unreadable-1")
    jobs.run(rehearsal, "reconcile")
    rehearsal.desk("centre-1").waiting()


def answer_a_letter(rehearsal: Rehearsal) -> None:
    """The main job. The first mails go out by the deployed schedule, the others as soon as they are owed."""
    post, letter = rehearsal.post, rehearsal.letters["main"]
    jobs.leave_unreadable_message(rehearsal, "unreadable-2")
    post.wait_for("+8613900008888", rehearsal.letters["photo"].tracking_code, "sns")
    post.hurry = lambda: jobs.run(rehearsal, "dispatch")
    handler = main_job.handle(rehearsal.api, post, letter, rehearsal.desk("centre-1"))
    rehearsal.tokens["roads-1"] = handler.token


def read_reports(rehearsal: Rehearsal) -> None:
    """An inspector asks for a link, and opens a report."""
    rehearsal.tokens["watch-1"] = desk_work.read_reports(rehearsal.api, rehearsal.post).token


def update(rehearsal: Rehearsal) -> None:
    """Letters, clocks and links of the version before go on."""
    open_letter = rehearsal.letters["call"].tracking_code
    before = rehearsal.desk("centre-1").letter(open_letter)
    changes.update(rehearsal)
    after = rehearsal.desk("centre-1").letter(open_letter)
    if (before["clocks"], before["version"]) != (after["clocks"], after["version"]):
        raise OperatorError("An open letter is not what it was before the update.")
    jobs.schedules_stand(rehearsal)


def work_after_update(rehearsal: Rehearsal) -> None:
    """Another platform's letters come in, and a letter goes its way by the new rulebook, mailer and gateway."""
    jobs.hand_letters_over(rehearsal)
    jobs.run(rehearsal, "fetch", "sweep")
    own_way.by_bengbu(rehearsal)
    jobs.run(rehearsal, "publish")


def go_back(rehearsal: Rehearsal) -> None:
    """Letters written since are there, and can be handled."""
    rehearsal.letters["since"] = main_job.write(rehearsal.api, subject="更新之后的来信")
    changes.go_back(rehearsal, rehearsal.first_version, past.WITH_LOTS)
    main_job.seen_by_writer(rehearsal.api, rehearsal.letters["since"])
    jobs.run(rehearsal, "spot_checks")
    own_way.drawn(rehearsal)


def look_at_the_rights(rehearsal: Rehearsal) -> None:
    """Whatever is granted was used, by this version or one before."""
    if wrong := rights.wrong(rehearsal.granted, rehearsal.place.decisions(), rehearsal.roles):
        raise OperatorError("the policies are not exactly what the functions need:\n" + "\n".join(wrong))


STEPS: Final[tuple[tuple[str, Step], ...]] = (
    ("deploy into an empty account", deploy),
    ("bring the people in", bring_the_people_in),
    ("the pages lie in their bucket and know the API", look_at_site),
    ("every job has its schedule", jobs.schedules_stand),
    ("an hourly run without a letter", find_nothing_to_do),
    ("letters come in: by the website, with a photo, by telephone", write_letters),
    ("letters of the past weeks lie there", own_way.letters_of_past_weeks),
    ("days are closed, reports and public figures made, letters watched", run_jobs),
    ("a version that fails is put back", changes.fail),
    ("the schedule fires; a letter is assigned, answered, rated", answer_a_letter),
    ("an inspector reads a report", read_reports),
    ("an update while letters are open: other code, mailer, gateway, rulebook", update),
    ("letters are fetched; an answer is signed by a code, reviewed, published", work_after_update),
    ("the first version is put back; letters are drawn for spot checks", go_back),
    ("ledger and reports are verified", look_at_ledger),
    ("no right is missing, none is granted in vain", look_at_the_rights),
    ("destroy refuses to lose letters; with a backup it ends the installation and leaves them", end),
)
