"""What the runbook has the operator do when a writer asks for it: the item with name and contact is deleted by hand."""

import json
import re

from infra.environment import ROOT
from tests.contract.stores import client_of, quick_table, stores_on
from tests.functional.world import World


def key_in_the_runbook(code: str) -> dict[str, dict[str, str]]:
    """The key of the command that docs/runbook.md shows, with this letter's code in its place."""
    text = (ROOT / "docs" / "runbook.md").read_text("utf-8")
    found = re.search(r"aws dynamodb delete-item .* --key '(.+)'", text)
    assert found is not None
    key: dict[str, dict[str, str]] = json.loads(found[1].replace("跟踪码", code))
    return key


def test_without_name_and_contact_a_letter_goes_on_to_its_answer_and_its_writer_still_reads_it() -> None:
    table = quick_table()
    world = World(stores=stores_on(table))
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["roads"])
    assert world.file(citizen.code).writer is not None
    client_of(table).delete_item(TableName=table.Meta.table_name, Key=key_in_the_runbook(citizen.code))

    assert world.file(citizen.code).writer is None
    told = len(world.mailer.sent)
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    world.post_goes_out()
    assert not [mail for mail in world.mailer.sent[told:] if "zhang.xiaoming" in mail.to]
    assert citizen.looks()["answers"][0]["body"] == "路灯已经修好。"
    assert citizen.does("rate", score=5).status == 200
    assert world.run("reconcile").count == 0
