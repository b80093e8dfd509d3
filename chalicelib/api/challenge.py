"""What a browser computes before it sends a letter, where the installation asks for that."""

from chalice.app import Response

from chalicelib.api.http import answer
from chalicelib.bootstrap import installation
from chalicelib.services.proof import challenge as new_challenge


def get_challenge() -> Response:
    """A new challenge, good for one letter; or that none is needed."""
    return answer(new_challenge(installation()))
