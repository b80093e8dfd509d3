"""What keeps an account from being opened is told in words, as docs/deployment.md repeats it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.environment import ROOT, without_aws


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"AWS_PROFILE": "huiyin", "AWS_REGION": "cn-north-1"}, "config profile (huiyin) could not be found"),
        ({"AWS_REGION": "cn-north-1"}, "The account does not answer: Unable to locate credentials"),
        ({}, "No region is set"),
    ],
)
def test_a_missing_profile_key_or_region_is_said_in_a_line(given: dict[str, str], words: str, tmp_path: Path) -> None:
    nowhere = {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true", **given}
    done = subprocess.run(
        [sys.executable, "-m", "infra", "deploy", "--stage", "trial", "--versions"],
        cwd=ROOT,
        env={**without_aws(os.environ), **nowhere},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert words in done.stderr
    assert words in (ROOT / "docs" / "deployment.md").read_text("utf-8")
