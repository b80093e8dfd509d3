"""Benchmarks run when asked for (`pytest tests/bench --benchmark-only`); the normal test run passes them by."""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    del collection_path
    return None if config.getoption("benchmark_only", default=False) else True
