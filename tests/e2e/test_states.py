"""Every page in the states in which people meet it, in every language: for all eyes and hands, on every screen."""

import pytest

from tests.e2e.county import County
from tests.e2e.states import WALKS, Around
from tests.e2e.visitors import DESKTOP, PHONE, ZOOMED, Visitors, faults, sideways
from tests.e2e.wording import LANGUAGES, wording
from tests.stand_driver import Stand


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_a_page_can_be_used_by_everybody(
    stand: Stand, county: County, callers: Visitors, walk: str, language: str
) -> None:
    """On a phone axe finds nothing; neither there, nor on a desktop, nor at 400 % does anything stick out.

    The desk, which has two columns on a desktop, is looked at by axe there too.
    """
    visitor = callers.new(language, reduced_motion="reduce")
    around = Around(stand, county, visitor, wording(language))
    wide, found = walk == "desk" and language == LANGUAGES[0], {}
    for state in WALKS[walk](around):
        page = visitor.page
        wrong = faults(page)
        page.set_viewport_size(ZOOMED)
        wrong += [f"at 400 %: {outside}" for outside in [sideways(page)] if outside]
        page.set_viewport_size(DESKTOP)
        wrong += [f"desktop: {each}" for each in (faults(page) if wide else [sideways(page)]) if each]
        page.set_viewport_size(PHONE)
        if wrong:
            found[state] = wrong
    assert not found, "\n".join(f"{state}: {each}" for state, wrong in found.items() for each in wrong)
