"""What the steps of a rehearsal share: the emulated account, what is deployed there, and the post."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from infra.cloud.deployed import Deployed, deployed
from infra.cloud.deploying import Done
from infra.cloud.deployment import Target, api_address
from infra.errors import OperatorError
from infra.package import Bundle
from infra.rehearsal.people import Api, Post
from infra.rehearsal.place import Place

STAGE: Final = "rehearsal"

Say = Callable[[str], None]


@dataclass(slots=True)
class Rehearsal:
    """`done`: the deployment as it stands, from the first step on."""

    place: Place
    target: Target
    bundle: Bundle
    post: Post
    done: Done | None = None

    @property
    def api(self) -> Api:
        """The deployed API. Raises OperatorError before there is one."""
        if self.done is None:
            raise OperatorError("Nothing is deployed yet.")
        return Api(api_address(self.place.account, self.done.stack))

    def deployed(self) -> Deployed:
        """The installation as it stands."""
        return deployed(STAGE, self.place.account)


Step = Callable[[Rehearsal], None]
