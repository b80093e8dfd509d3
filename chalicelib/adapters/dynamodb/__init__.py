"""The store on DynamoDB: one table, one transaction per move. PynamoDB models never leave this package."""

from chalicelib.adapters.dynamodb.job_runs import DynamoJobRuns
from chalicelib.adapters.dynamodb.letters import DynamoLetterStore
from chalicelib.adapters.dynamodb.outbox import DynamoOutbox
from chalicelib.adapters.dynamodb.registry import DynamoRegistry
from chalicelib.adapters.dynamodb.table import Item, open_table

__all__ = ["DynamoJobRuns", "DynamoLetterStore", "DynamoOutbox", "DynamoRegistry", "Item", "open_table"]
