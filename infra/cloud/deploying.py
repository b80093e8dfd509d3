"""What `deploy` does from its beginning to its end, told line by line. The rehearsal calls the same functions."""

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from infra import own_rulebooks
from infra.cloud import deployment
from infra.cloud.account import Account, stack_name
from infra.cloud.deployed import deployed
from infra.cloud.deployment import Proposal, Target, api_address
from infra.cloud.first_person import ensure_first_person
from infra.cloud.inside import inside
from infra.cloud.settings import DeploymentSettings, read_settings, settings_file
from infra.cloud.stack import ChangeSet, Say, Stack, find
from infra.cloud.taking_up import settle, take_up, to_take_up
from infra.cloud.versions import Version, differs, pages_of, version, versions
from infra.errors import OperatorError
from infra.package import Bundle
from infra.rulebooks import SUFFIX, chosen

Agreed = Callable[[str], bool]
Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Done:
    """What is there now. `first_link`: the first person's desk; None when there were people already."""

    stack: Stack
    version: str
    first_link: str | None


def settings_for(account: Account, stage: str, file: Path | None) -> DeploymentSettings:
    """The stage's settings: read, or asked for once where there are none yet. Raises OperatorError."""
    path = file or settings_file(stage)
    if path.exists() or file is not None:
        return _fits(account, read_settings(path))
    if not sys.stdin.isatty():
        raise OperatorError(
            f"There are no settings yet. Copy infra/demo/deployment.toml to {path} and make them your own, "
            "or run this in a terminal, which asks for them."
        )
    from chalicelib.adapters.rulebook_files import rulebook_names
    from infra.cloud.ask import ask_all, write_settings

    settings = write_settings(ask_all(account.in_china, rulebook_names(), input, print), path)
    print(f"kept in {path}; change them there, and deploy again")
    return _fits(account, settings)


def _fits(account: Account, settings: DeploymentSettings) -> DeploymentSettings:
    """Raise OperatorError for what does not exist where it is to run."""
    if account.in_china and (settings.mail.by == "ses" or settings.sms.by == "sns"):
        raise OperatorError(
            f'{account.region} has neither Amazon SES nor SMS by SNS. Set [mail] by = "smtp" and [sms] by = '
            '"gateway" in the settings (docs/deployment.md).'
        )
    if account.in_china and settings.site.hosting == "cloudfront" and not settings.site.domain:
        raise OperatorError(
            "In China CloudFront serves only domains with an ICP number. Set [site] domain and certificate, or "
            'hosting = "elsewhere" with the address of your own web server (docs/deployment.md).'
        )
    return settings


def in_bundle(rulebook: str) -> str:
    """The name under which the bundle has the county's rulebook; a file of its own is put among them. Raises
    OperatorError when it is faulty, or none of this name is there."""
    name_or_file = chosen(rulebook)
    return own_rulebooks.take(Path(name_or_file)) if name_or_file.endswith(SUFFIX) else name_or_file


def deploy(target: Target, bundle: Bundle | Version, now: Now, agreed: Agreed, say: Say) -> Done | None:
    """Propose, show, carry out, put the pages there, let the first person in. None: it was not agreed to.

    `bundle`: what was packed, or an earlier version to go back to. Raises OperatorError.
    """
    if not _taken_up(target, now, agreed, say):
        say("nothing was changed")
        return None
    proposal = _proposed(target, bundle, now, say)
    for line in shown(proposal.changes):
        say(line)
    if isinstance(bundle, Version) and (warning := differs(bundle, target.settings.site)):
        say(warning)
    deployment.refuse_loss(proposal.changes.changes)
    if not agreed("Make these changes?" if proposal.changes.changes else "Put the pages there?"):
        deployment.withdraw(target, proposal)
        say("nothing was changed")
        return None
    deployment.keep_secrets(target)
    stack = deployment.carry_out(target, proposal, say)
    settle(target.account, target.stage, say)
    if isinstance(bundle, Version):
        deployment.publish_pages_again(target, bundle, stack, say)
        return Done(stack, bundle.name, None)
    version = deployment.publish_pages(target, proposal, stack, now(), say)
    return Done(stack, version.name, _first_link(target, now))


def _taken_up(target: Target, now: Now, agreed: Agreed, say: Say) -> bool:
    """Take away what a failed one, take up what an ended one of this stage has left. False: it was not agreed to."""
    if not deployment.make_way(target, agreed, say):
        return False
    there = to_take_up(target.account, target.stage, target.stack)
    if there is None:
        return True
    for line in there.told():
        say(line)
    if not agreed("Take it up again?"):
        return False
    take_up(target.account, target.stage, target.stack, there, now(), say)
    return True


def _proposed(target: Target, bundle: Bundle | Version, now: Now, say: Say) -> Proposal:
    if isinstance(bundle, Version):
        return deployment.propose_again(target, bundle, now())
    return deployment.propose(target, bundle, now(), say)


def shown(changes: ChangeSet) -> Iterator[str]:
    """A change set in words: what is new, what changes, what goes; the first time only how much of what."""
    if not changes.changes:
        yield "the account has this version already; only the pages are put there again"
        return
    if changes.first:
        yield "this is new; it makes:"
        for kind, count in sorted(Counter(each.kind for each in changes.changes).items()):
            yield f"  {count:3} {kind}"
        return
    words = {"Add": "new", "Modify": "changes", "Remove": "goes"}
    yield "this changes what is there:"
    for each in sorted(changes.changes, key=lambda each: (each.action, each.name)):
        anew = ", made anew" if each.replaced else ""
        yield f"  {words.get(each.action, each.action.lower()):8} {each.name} ({each.kind}{anew})"


def told(target: Target, done: Done) -> Iterator[str]:
    """What to open and do next."""
    yield f"version {done.version} is there"
    page = "index.html" if target.settings.site.hosting == "bucket" else ""  # a bucket has no page for a folder
    yield f"website:  {done.stack.outputs['SiteAddress']}/{page}"
    yield f"API:      {api_address(target.account, done.stack)}"
    if done.first_link:
        yield f"desk of {target.settings.admin.email}, good for 14 days; whoever has this link acts as that person:"
        yield f"  {done.first_link}"
        yield "next, all offices and people: fill in the file that the first command writes; the second loads it"
        yield "  python -m infra import-units --template units.csv"
        yield f"  python -m infra import-units units.csv --stage {target.stage}"
    yield f"what is still missing, and what to do: python -m infra doctor --stage {target.stage}"


def pages_here(target: Target, done: Done, out: Path) -> Path:
    """Lay the version's pages down on this machine, for a county whose own web server shows them; where they are.

    Raises OperatorError.
    """
    folder = out / f"pages-{target.stage}"
    if folder.exists():
        shutil.rmtree(folder)
    return pages_of(target.account, version(target.account, target.stage, done.version), folder)


def listed(account: Account, stage: str) -> Iterator[str]:
    """The versions a stage has had, the newest first."""
    there, stands = versions(account, stage), find(account, stack_name(stage)) is not None
    for number, each in enumerate(there):
        yield f"{each.name}  {each.at}{'   <- is there now' if stands and number == 0 else ''}"
    if not there:
        yield f"{stage} has had no version yet"


def _first_link(target: Target, now: Now) -> str | None:
    there = inside(deployed(target.stage, target.account)).installation
    return ensure_first_person(there, target.settings.admin, f"{target.settings.county}信箱", now())
