"""JobRuns on DynamoDB."""

from pynamodb.exceptions import PutError

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.table import Item


class DynamoJobRuns:
    """One note a job."""

    def __init__(self, table: type[Item]) -> None:
        self._table = table

    def last(self, job: str) -> str | None:
        """See JobRuns."""
        row = self._table.find(keys.job(job), keys.NOTE)
        return row.data if row else None

    def note(self, job: str, value: str) -> None:
        """See JobRuns."""
        self._table(keys.job(job), keys.NOTE, data=value).save()

    def swap(self, job: str, seen: str | None, value: str) -> bool:
        """See JobRuns."""
        table = self._table
        as_seen = table.pk.does_not_exist() if seen is None else table.data == seen
        try:
            table(keys.job(job), keys.NOTE, data=value).save(condition=as_seen)
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True
