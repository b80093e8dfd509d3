"""What a function does once, when it starts: it loads what every request and every run needs, and no more.

The cloud gives a starting function more of a processor than a running one of the same memory, so what is needed in any
case belongs here. What only some requests or jobs need is imported by them (docs/cold-start.md has the figures, and
tests/platform/test_cold_start.py the budget).
"""

import gc
import os

gc.set_threshold(50_000, 20, 20)
"""Loading code makes hundreds of thousands of objects that stay. Python would look through them again and again for
garbage, which is a seventh of all the time a cold start takes."""

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # there are none, and looking for them takes time

import pynamodb.models  # noqa: E402, F401  the table's client
