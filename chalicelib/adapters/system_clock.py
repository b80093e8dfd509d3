"""The machine's clock: the one place where the time of day is read."""

from datetime import UTC, datetime


class SystemClock:
    """TimeSource of a deployed function."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC)
