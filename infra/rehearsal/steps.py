"""The steps of a rehearsal, in order. A step that fails raises OperatorError; nothing after it is tried."""

from pathlib import Path
from typing import Final

from chalicelib.adapters.system_clock import SystemClock
from chalicelib.services.import_units import UnitsFile, read_units, take_units
from infra.cloud.account import told
from infra.cloud.deploying import deploy
from infra.cloud.inside import inside
from infra.errors import OperatorError
from infra.rehearsal import main_job, rights
from infra.rehearsal.stage import Rehearsal, Step

_UNITS: Final = Path(__file__).with_name("units.csv")


def take_the_stack_there(rehearsal: Rehearsal) -> None:
    """The operator's own `deploy`, into an account where nothing is but the verified sender."""
    account, sender = rehearsal.place.account, rehearsal.target.settings.mail.sender
    with told("The sender's address cannot be verified"):
        account.client("ses").verify_email_identity(EmailAddress=sender)
    rehearsal.done = deploy(rehearsal.target, rehearsal.bundle, SystemClock().now, lambda _: True, _say_nothing)
    if rehearsal.done is None or rehearsal.done.first_link is None:
        raise OperatorError("The first person was given no link to a desk.")


def bring_the_people_in(rehearsal: Rehearsal) -> None:
    """The offices and people of the county, as `import-units --stage` takes them."""
    read = read_units(_UNITS.read_bytes())
    if not isinstance(read, UnitsFile):
        raise OperatorError(f"{_UNITS.name} is wrong: {read}")
    take_units(inside(rehearsal.deployed()).installation.registry, read)


def answer_a_letter(rehearsal: Rehearsal) -> None:
    """The main job; its mails go out by the schedule."""
    main_job.handle(rehearsal.api, rehearsal.post, main_job.write(rehearsal.api))


def look_at_the_rights(rehearsal: Rehearsal) -> None:
    """Whatever is granted was used."""
    account = rehearsal.place.account
    roles = rights.roles_of(account, rehearsal.deployed().functions())
    left = rights.unused(rights.granted(account, roles), rehearsal.place.decisions(), roles)
    if left:
        listed = "\n".join(f"  {each}" for each in left)
        raise OperatorError(f"these rights are granted, and nothing used them; take them out of the policy:\n{listed}")


STEPS: Final[tuple[tuple[str, Step], ...]] = (
    ("deploy into an empty account", take_the_stack_there),
    ("bring the people in", bring_the_people_in),
    ("a letter is written, assigned, answered, rated", answer_a_letter),
    ("no right is granted in vain", look_at_the_rights),
)


def _say_nothing(_: str) -> None:
    """The operator's progress lines would drown the rehearsal's own."""
