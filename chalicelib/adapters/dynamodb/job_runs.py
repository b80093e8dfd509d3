"""JobRuns on DynamoDB."""

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.table import Item


class DynamoJobRuns:
    """One note a job."""

    def __init__(self, table: type[Item]) -> None:
        self._table = table

    def last(self, job: str) -> str | None:
        """See JobRuns."""
        row = self._table.find(keys.job(job), keys.NOTE)
        return row.known().data if row else None

    def note(self, job: str, value: str) -> None:
        """See JobRuns."""
        table = self._table
        if not self._saved(job, value, table.pk.does_not_exist() | table.of_known_shape()):
            self.last(job)  # says why

    def swap(self, job: str, seen: str | None, value: str) -> bool:
        """See JobRuns."""
        table = self._table
        as_seen = table.pk.does_not_exist() if seen is None else (table.data == seen) & table.of_known_shape()
        return self._saved(job, value, as_seen)

    def _saved(self, job: str, value: str, condition: Condition) -> bool:
        """Whether the condition held, and the note is written."""
        try:
            self._table(keys.job(job), keys.NOTE, data=value).save(condition=condition)
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True
