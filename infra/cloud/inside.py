"""Works on a deployed installation as its own functions do, with the operator's credentials."""

import os
from typing import TYPE_CHECKING

from infra.cloud.deployed import Deployed, for_this_process
from infra.errors import OperatorError

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container
    from chalicelib.ports import TimeSource


def inside(found: Deployed, time_source: "TimeSource | None" = None) -> "Container":
    """The installation's container; this process's environment stays as it is. `time_source`: another clock.

    Raises OperatorError when the deployed settings are not complete.
    """
    from chalicelib import bootstrap
    from chalicelib.config import SettingsError, settings_from

    try:
        return bootstrap.build(settings_from({**os.environ, **for_this_process(found)}), time_source)
    except SettingsError as error:
        raise OperatorError(f"The settings of {found.stack.name} are not complete: {error}.") from error
