"""What several tests of the platform share: the bundle of this checkout, which takes half a minute to build."""

import json
from typing import Any

import pytest

from infra import package
from infra.cloud.expand import expanded
from infra.environment import LOCAL_REGION
from infra.package import Bundle


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The real bundle of this checkout, built and proven once."""
    return package.build(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="session")
def template_text(bundle: Bundle) -> str:
    """The bundle's template as it is deployed, in JSON."""
    return json.dumps(expanded(bundle.template, {"bucket": "artifacts", "key": "code.zip"}, LOCAL_REGION))


@pytest.fixture
def template(template_text: str) -> dict[str, Any]:
    """The same, to be changed as the test likes."""
    document: dict[str, Any] = json.loads(template_text)
    return document
