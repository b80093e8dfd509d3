"""Takes a version into an account: proposed first, carried out when somebody has agreed, pages and people after it.

Everything here may be done again: what is there is found, and a run that was ended half way is simply run once more.
"""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from infra.cloud import artifacts, stack
from infra.cloud.account import Account, stack_name
from infra.cloud.expand import expanded_for
from infra.cloud.pages import address_of, upload_pages
from infra.cloud.secrets import ensure_secret
from infra.cloud.settings import DeploymentSettings
from infra.cloud.stack import Changed, ChangeSet, Say, Stack
from infra.cloud.versions import Version, new_version, pages_of, remember, rulebooks_of, template_of
from infra.errors import OperatorError
from infra.package import Bundle
from infra.site.build import built_site

HOLDS_DATA: Final = frozenset(
    {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SecretsManager::Secret"}
)
"""Resources of these types must never be made anew or taken out: what they hold would be out of reach."""

_OF_NO_USE: Final = frozenset(
    {
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "DELETE_FAILED",
        # Only a new stack is ever imported into: what it was to take up is as it was.
        "IMPORT_ROLLBACK_COMPLETE",
        "IMPORT_ROLLBACK_FAILED",
    }
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: account, stage, and the county's settings. `rulebook`: its name in the bundle."""

    account: Account
    stage: str
    settings: DeploymentSettings
    rulebook: str

    @property
    def stack(self) -> str:
        """The stack's name."""
        return stack_name(self.stage)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would change, and the template that would do it. Nothing has been changed yet."""

    changes: ChangeSet
    template: dict[str, Any]
    code: str


def propose(target: Target, bundle: Bundle, at: datetime, say: Say) -> Proposal:
    """Upload bundle and template, and ask what would change. `at`: now. Raises OperatorError."""
    artifacts.ensure_bucket(target.account)
    say(f"uploading the bundle, {bundle.size / 1_000_000:.1f} MB")
    code = artifacts.upload_file(target.account, target.stage, bundle.zip, "zip")
    template = expanded_for(target.account, bundle.template, {"bucket": code.bucket, "key": code.key})
    return _proposal(target, template, code.key, at)


def propose_again(target: Target, version: Version, at: datetime) -> Proposal:
    """As `propose`, of a version that was there before: the roll-back. Raises OperatorError."""
    if target.rulebook not in (there := rulebooks_of(target.account, version)):
        raise OperatorError(
            f"The version {version.name} has no rulebook {target.rulebook}, which the settings name: no page would "
            f"work. Nothing was changed. Name the one it had: {', '.join(sorted(there))}"
        )
    return _proposal(target, template_of(target.account, version), version.code, at)


def _proposal(target: Target, template: dict[str, Any], code: str, at: datetime) -> Proposal:
    laid = artifacts.upload_template(target.account, target.stage, template)
    wanted = target.settings.parameters(target.stage, target.rulebook)
    known = {name: value for name, value in wanted.items() if name in template["Parameters"]}
    changes = stack.propose(
        target.account,
        target.stack,
        f"{target.stack}-{at:%Y%m%dT%H%M%S}",
        artifacts.address(target.account, laid),
        known,
    )
    return Proposal(changes, template, code)


def make_way(target: Target, agreed: Callable[[str], bool], say: Say) -> bool:
    """A first attempt that failed leaves an empty stack, which can only be deleted. False: it was not agreed to.

    Raises OperatorError.
    """
    found = stack.find(target.account, target.stack)
    if found is None or found.status not in _OF_NO_USE:
        return True
    say("an earlier first attempt failed and left an empty stack, which stands in the way")
    if not agreed("Take it away?"):
        return False
    stack.take_away(target.account, target.stack, say)
    return True


def refuse_loss(changes: Iterable[Changed]) -> None:
    """Raise OperatorError when something that holds data would be made anew or taken out."""
    lost = [each for each in changes if each.kind in HOLDS_DATA and (each.replaced or each.action == "Remove")]
    if lost:
        listed = "\n".join(f"  {each.name} ({each.kind})" for each in lost)
        raise OperatorError(
            f"Nothing was changed: this version would replace or drop what holds letters or files.\n{listed}\n"
            "docs/upgrades.md says how such a change is made in steps."
        )


def keep_secrets(target: Target) -> None:
    """Passwords and keys of outside services, asked for where they are not kept yet. Raises OperatorError."""
    for name in target.settings.secrets:
        ensure_secret(target.account, target.stack, name)


def withdraw(target: Target, proposal: Proposal) -> None:
    """Throw the proposal away. The empty stack that a first one stands on stays, and is taken for none."""
    if proposal.changes.changes:
        stack.forget(target.account, proposal.changes)


def carry_out(target: Target, proposal: Proposal, say: Say) -> Stack:
    """Do what was proposed; where nothing changes, the stack as it is. Raises OperatorError; all is put back then."""
    if proposal.changes.changes:
        return stack.carry_out(target.account, proposal.changes, say)
    found = stack.find(target.account, target.stack)
    if found is None:
        raise OperatorError(f"There is no stack {target.stack} any more. Run the command again.")
    return found


def publish_pages(target: Target, proposal: Proposal, deployed: Stack, at: datetime, say: Say) -> Version:
    """Build the pages for this stack's addresses, put them into its bucket, and remember the version. `at`: now."""
    uploads, data = (address_of(target.account, resource(target, name)) for name in ("AttachmentsBucket", "SiteBucket"))
    folder = built_site(target.settings.pages(api_address(target.account, deployed), uploads, data), "deployed")
    _put_pages(target, deployed, folder, say)
    version = new_version(
        target.account, target.stage, proposal.code, proposal.template, folder, at, target.settings.site
    )
    remember(target.account, target.stage, version)
    return version


def publish_pages_again(target: Target, version: Version, deployed: Stack, say: Say) -> None:
    """Put the pages of an earlier version back, and remember that it is the present one."""
    with tempfile.TemporaryDirectory(prefix="huiyin-pages-") as scratch:
        _put_pages(target, deployed, pages_of(target.account, version, Path(scratch)), say)
    remember(target.account, target.stage, version)


def _put_pages(target: Target, deployed: Stack, folder: Path, say: Say) -> None:
    upload_pages(target.account, folder, deployed.outputs["SiteBucketName"], say)


def api_address(account: Account, deployed: Stack) -> str:
    """Where requests go; on an emulator, which has one address for everything, under a path of its own."""
    if account.endpoint is None:
        return deployed.outputs["ApiAddress"]
    return f"{account.endpoint}/restapis/{deployed.outputs['RestAPIId']}/api/_user_request_"


def resource(target: Target, logical: str) -> str:
    """The physical name of one of the stack's resources."""
    return stack.resource_names(target.account, target.stack)[logical]
