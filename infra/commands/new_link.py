"""Print a fresh desk link for a contact.

With --revoke every link given out before stops working first.

    python -m infra new-link clerk@county.example
"""

import argparse

from infra.errors import OperatorError
from infra.target import add_target, target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose link, and whether older ones end."""
    parser.add_argument("email")
    parser.add_argument("--revoke", action="store_true", help="end every link given out before")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Make the link."""
    from chalicelib.ports import LinkClaims
    from chalicelib.services.wording import LINK_LIVES

    inst = target(args).installation
    contact = inst.registry.directory().by_email(args.email)
    if contact is None:
        raise OperatorError("Nobody has this e-mail address. Look into the file you loaded with import-units.")
    if args.revoke:
        inst.registry.raise_epoch(contact.id)
        contact = inst.registry.directory().contacts[contact.id]
    claims = LinkClaims(contact.id, None, contact.epoch, inst.time.now() + LINK_LIVES)
    print(f"{inst.site_url}/desk.html#{inst.links.token(claims)}")
    return 0
