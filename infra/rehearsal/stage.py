"""What the steps of a rehearsal share: the emulated account, what is deployed there, and what was done before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from chalicelib.adapters.system_clock import SystemClock
from infra.cloud.deployed import Deployed, deployed
from infra.cloud.deploying import Done, deploy
from infra.cloud.deployment import Target, api_address
from infra.cloud.versions import Version
from infra.errors import OperatorError
from infra.package import Bundle
from infra.rehearsal import rights
from infra.rehearsal.outside import Outside
from infra.rehearsal.people import Api, Desk
from infra.rehearsal.place import Place
from infra.rehearsal.post import Post
from infra.rehearsal.rights import Right

STAGE: Final = "rehearsal"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as its writer knows it."""

    tracking_code: str
    query_code: str


@dataclass(slots=True)
class Rehearsal:
    """`granted`: every right of every version so far.

    `letters`, `tokens`: letters and desks of earlier steps, by a name.
    """

    place: Place
    target: Target
    bundle: Bundle
    post: Post
    outside: Outside
    scratch: Path
    done: Done | None = None
    granted: set[Right] = field(default_factory=set)
    letters: dict[str, Letter] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    first_version: str = ""
    _deployed: Deployed | None = None

    def deploy(self, what: Bundle | Version) -> Done:
        """The operator's own `deploy`, agreed to. Raises OperatorError as it does; all is as it was before then."""
        done = deploy(self.target, what, SystemClock().now, lambda _: True, _say_nothing)
        if done is None:
            raise OperatorError("The change was agreed to, and yet nothing was changed.")
        self.done, self._deployed = done, None
        self.look_at_roles()
        return done

    def look_at_roles(self) -> None:
        """Which role is which function's, and what they may do by now."""
        account = self.place.account
        self.roles = rights.roles_of(account, self.deployed().functions())
        self.granted |= set(rights.granted(account, self.roles))

    @property
    def api(self) -> Api:
        """The deployed API. Raises OperatorError before there is one."""
        if self.done is None:
            raise OperatorError("Nothing is deployed yet.")
        return Api(api_address(self.place.account, self.done.stack))

    def deployed(self) -> Deployed:
        """The installation as it stands."""
        if self._deployed is None:
            self._deployed = deployed(STAGE, self.place.account)
        return self._deployed

    def desk(self, person: str) -> Desk:
        """The desk of somebody whose link has come in an earlier step, by their e-mail's first part."""
        return Desk(self.api, self.tokens[person])

    def now(self) -> datetime:
        """The moment, as the functions see it (UTC)."""
        return SystemClock().now()


Step = Callable[[Rehearsal], None]


def _say_nothing(_: str) -> None:
    """The operator's progress lines would drown the rehearsal's own."""
