"""What stands on a printed form: the data of a letter, in the words in which its reader reads it, as plain values.

Layout and wording are the templates'; here nothing is said in words but names, dates and what people wrote.
"""

from chalicelib.domain.clocks import local_date
from chalicelib.domain.workflow import Move
from chalicelib.services.paper_desk import Desk, Facts
from chalicelib.services.paper_letter import letter_facts, writer_facts
from chalicelib.services.paper_limits import all_limits, urged_limits
from chalicelib.services.paper_reply import reply_facts
from chalicelib.services.paper_steps import DISPOSED, opinions, step_facts, story_told
from chalicelib.services.printable_forms import Form, Sheet


def facts_of(desk: Desk, sheet: Sheet) -> Facts:
    """Everything the template of this form may ask for."""
    letter = desk.file.letter
    mailbox = desk.around.directory.mailboxes.get(letter.mailbox)
    common: Facts = {
        "form": sheet.form.value,
        "title": desk.words.get("printable_forms", sheet.form.value),
        "county": desk.county,
        "office": mailbox.name if mailbox else "",
        "printed_on": desk.day(local_date(desk.around.now, desk.around.zone)),
        "letter": letter_facts(desk),
        "writer": writer_facts(desk),
        "step": step_facts(desk, sheet),
        "may_return": Move.RETURN in desk.around.rulebook.moves,
    }
    match sheet.form:
        case Form.PROCESSING:
            return common | {"steps": story_told(desk, DISPOSED), "opinions": opinions(desk)}
        case Form.REPLY:
            return common | {"reply": reply_facts(desk, sheet)}
        case Form.URGE:
            return common | {"limits": urged_limits(desk, sheet)}
        case Form.REGISTER:
            return common | {"steps": story_told(desk, None), "limits": all_limits(desk)}
        case _:
            return common | {"opinions": opinions(desk)}
