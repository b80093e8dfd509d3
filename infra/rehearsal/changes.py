"""Versions that follow the first: an update while letters are open, one that fails, and the way back.

While a stack changes, the API is asked again and again: it answers all the time.
"""

import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import takewhile
from threading import Event, Thread
from typing import Final

from infra.cloud import artifacts
from infra.cloud.account import told
from infra.cloud.secrets import VARIABLES
from infra.cloud.settings import GATEWAY_KEY, SMTP_PASSWORD, DeploymentSettings
from infra.cloud.stack import find
from infra.cloud.versions import Version, template_of, version, versions
from infra.errors import OperatorError
from infra.package import Bundle
from infra.rehearsal.outside import KEY, PASSWORD
from infra.rehearsal.people import Api
from infra.rehearsal.site_look import look_at_pages
from infra.rehearsal.stage import STAGE, Rehearsal

PHONE: Final = "0000-7654321"
_BETWEEN: Final = 0.5
_PATIENCE: Final = 4.0
_IMPOSSIBLE: Final = {
    "Type": "AWS::Logs::LogStream",
    "DependsOn": "Sweep",
    "Properties": {"LogGroupName": "no-such-group", "LogStreamName": "stream"},
}
"""Looks well, and cannot be made."""


def update(rehearsal: Rehearsal) -> None:
    """Another bundle, other settings: mail and SMS go by the county's own servers, by another rulebook."""
    os.environ[VARIABLES[SMTP_PASSWORD]], os.environ[VARIABLES[GATEWAY_KEY]] = PASSWORD, KEY
    _set(rehearsal, _by_own_servers(rehearsal))
    with answering(rehearsal.api):
        rehearsal.deploy(_newer(rehearsal))
    if PHONE not in look_at_pages(rehearsal):
        raise OperatorError("The pages do not name the office's new number.")


def fail(rehearsal: Rehearsal) -> None:
    """A version that cannot be: CloudFormation puts everything back, and `deploy` says what failed."""
    account, before, memory = rehearsal.place.account, _now_there(rehearsal), _memory(rehearsal)
    template = template_of(account, before)
    template["Resources"]["Sweep"]["Properties"]["MemorySize"] = memory + 64
    template["Resources"]["Impossible"] = _IMPOSSIBLE
    laid = artifacts.upload_template(account, STAGE, template)
    said = ""
    with answering(rehearsal.api):
        try:
            rehearsal.deploy(replace(before, name="impossible", template=laid.key))
        except OperatorError as error:
            said = str(error)
    if "Impossible" not in said:
        raise OperatorError(f"A change that fails is not told as such: {said or 'deploy said nothing'}")
    found = find(account, rehearsal.target.stack)
    if found is None or found.status != "UPDATE_ROLLBACK_COMPLETE":
        raise OperatorError(f"After a change that failed the stack is {found.status if found else 'gone'}.")
    if _now_there(rehearsal) != before or _memory(rehearsal) != memory:
        raise OperatorError("A change that failed has left something behind.")


def _memory(rehearsal: Rehearsal) -> int:
    """What the sweep's function has, in MB."""
    name = rehearsal.deployed().functions()["sweep"]
    with told("A function cannot be looked at"):
        found = rehearsal.place.account.client("lambda").get_function_configuration(FunctionName=name)
    return int(found["MemorySize"])


def go_back(rehearsal: Rehearsal, to: str, rulebook: str) -> None:
    """The first version once more, by its name, while the settings stay those of today but for the rulebook."""
    _set(rehearsal, rehearsal.target.settings.model_copy(update={"rulebook": rulebook}))
    with answering(rehearsal.api):
        rehearsal.deploy(version(rehearsal.place.account, STAGE, to))
    if PHONE in look_at_pages(rehearsal):
        raise OperatorError("The first version is back, and its pages are not.")
    code = rehearsal.place.account.client("cloudformation").get_template(StackName=rehearsal.target.stack)
    if _now_there(rehearsal).code not in str(code["TemplateBody"]):
        raise OperatorError("The first version is back, and its functions run other code.")


@contextmanager
def answering(api: Api) -> Iterator[None]:
    """Ask for the API's health all the while. Raises OperatorError when it does not answer.

    Asked several times first: an emulator ends a function in the middle of a request when its code or its settings
    change, and that request gets no answer; the cloud lets it come to its end.
    """
    over, failures = Event(), list[str]()
    hasty = Api(api.address, _PATIENCE)

    def ask() -> None:
        while not over.wait(_BETWEEN):
            answers = (each.tries("GET", "/health") for each in (hasty, hasty, hasty, api))
            said = list(takewhile(lambda each: each[0] != 200, answers))
            if len(said) == 4:
                failures.append(str(said[-1]))

    asking = Thread(target=ask, daemon=True)
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join()
    if failures:
        raise OperatorError(f"While the stack changed, the API failed {len(failures)} times, first: {failures[0]}")


def _now_there(rehearsal: Rehearsal) -> Version:
    return versions(rehearsal.place.account, STAGE)[0]


def _set(rehearsal: Rehearsal, settings: DeploymentSettings) -> None:
    rehearsal.target = replace(rehearsal.target, settings=settings, rulebook=settings.rulebook)


def _by_own_servers(rehearsal: Rehearsal) -> DeploymentSettings:
    settings, outside = rehearsal.target.settings, rehearsal.outside
    office = settings.site.office.model_copy(update={"phone": PHONE})
    changed = {
        "mail": outside.mail(settings.mail.sender),
        "sms": outside.sms(),
        "rulebook": "bengbu-2014",
        "office_phone": PHONE,
        "site": settings.site.model_copy(update={"office": office}),
    }
    return settings.model_copy(update=changed)


def _newer(rehearsal: Rehearsal) -> Bundle:
    """The same bundle with one more file in it: other code, as far as the account can tell."""
    packed = rehearsal.scratch / "newer.zip"
    shutil.copyfile(rehearsal.bundle.zip, packed)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("newer.txt", "one version on")
    return Bundle(packed, rehearsal.bundle.template, packed.stat().st_size)
