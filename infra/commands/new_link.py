"""Print a fresh desk link for a contact.

The link is a key: whoever has it acts in this person's name, for 14 days. It is printed this once and stored nowhere;
hand it to nobody else, and put it into no chat, ticket or log.
With --revoke every link given out before stops working first. With --disable there is no new link: whoever has left
gets no more mail and is let in no more, until import-units loads a file that says `active` yes.

    python -m infra new-link clerk@county.example --stage production
"""

import argparse
import sys
from dataclasses import replace

from infra.errors import OperatorError
from infra.target import add_target, target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose link, and whether older ones end."""
    parser.add_argument("email")
    ending = parser.add_mutually_exclusive_group()
    ending.add_argument("--revoke", action="store_true", help="end every link given out before")
    ending.add_argument("--disable", action="store_true", help="end them and give no new one: the person has left")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Make the link."""
    from chalicelib.domain.languages import page_of
    from chalicelib.ports import LinkClaims
    from chalicelib.services.wording import LINK_LIVES

    inst = target(args).installation
    entries = inst.registry.directory().entries_of(args.email)
    if not entries:
        raise OperatorError("Nobody has this e-mail address. Look into the file you loaded with import-units.")
    if args.disable:
        inst.registry.put([], [replace(each, active=False) for each in entries], [])
    if args.revoke or args.disable:
        for each in entries:
            inst.registry.raise_epoch(each.id)
    if args.disable:
        print("disabled; every link given out before has ended")
        return 0
    contact = inst.registry.directory().by_email(args.email)
    if contact is None:
        raise OperatorError("This person was disabled. Load a file with `active` yes by import-units first.")
    claims = LinkClaims(contact.id, None, contact.epoch, inst.time.now() + LINK_LIVES)
    until = claims.expires_at.astimezone(inst.zone)
    print(
        f"This link is a key: whoever has it acts as this person until {until:%Y-%m-%d %H:%M}. "
        "It is shown this once; give it to them alone. To end it: new-link --revoke",
        file=sys.stderr,
    )
    print(f"{page_of(inst.site_url, contact.language, 'desk.html')}#{inst.links.token(claims)}")
    return 0
