"""Logging and metrics without personal data: ids, counts and error classes, never texts, names or addresses."""

import traceback
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

SERVICE = "huiyin"

logger = Logger(service=SERVICE)
metrics = Metrics(namespace="Huiyin")
"""Under the name of the installation, which POWERTOOLS_SERVICE_NAME says: alarms of one must not hear of another."""


def log_failure(what: str, error: BaseException, **ids: str | int | None) -> None:
    """Say that something failed, with the error's class and where it happened.

    The error's own message is left out: a library may have put a citizen's words into it.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    logger.error(what, extra={"error_class": type(error).__name__, "where": where, **ids})


def log_run(job: str, **figures: Any) -> None:
    """Say what a scheduled job did, in figures."""
    logger.info("job finished", extra={"job": job, **figures})


def count(name: str, value: float = 1) -> None:
    """Add to a metric; flushed by the scheduled function's end."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
