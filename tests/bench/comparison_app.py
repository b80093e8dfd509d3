"""The least app there can be on the same ground: one route, one PynamoDB model. What a cold start is compared with.

It is no part of the product: tests/bench/cold_start.py packs it as the product is packed.
"""

import os
from typing import Any

from chalice.app import Chalice, NotFoundError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

app = Chalice(app_name="comparison")


class Entry(Model):
    """An item of a table like the product's."""

    class Meta:
        table_name = os.environ.get("HUIYIN_TABLE", "comparison")
        region = os.environ.get("AWS_REGION")
        host = os.environ.get("AWS_ENDPOINT_URL")

    pk = UnicodeAttribute(hash_key=True, attr_name="PK")
    sk = UnicodeAttribute(range_key=True, attr_name="SK")
    text = UnicodeAttribute(null=True)


@app.route("/letters/{number}")
def get_letter(number: str) -> dict[str, Any]:
    """Read one item."""
    try:
        return {"text": Entry.get(number, number).text}
    except Entry.DoesNotExist:
        raise NotFoundError("no such letter") from None
