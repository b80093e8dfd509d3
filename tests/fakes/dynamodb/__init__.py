"""DynamoDB in the test's own memory, behind the real client: for tests of many steps, which moto makes slow.

It answers at botocore's `before-call`: requests are made, checked and serialised by PynamoDB and botocore as ever. It
knows the operations and parameters the project uses; any other is an error, never a guess. That it does what
DynamoDB does is shown by the contract suite, which runs on it as on moto and on the emulator.
"""

import base64
import json
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from botocore.awsrequest import AWSResponse

from tests.fakes.dynamodb import reads, writes
from tests.fakes.dynamodb.table import DynamoTable, RefusedError

_ALWAYS = {"ReturnConsumedCapacity"}
_EXPRESSION = {"ExpressionAttributeNames", "ExpressionAttributeValues"}
_READ = {"TableName", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames", *_ALWAYS}
_WRITE = {"TableName", "ConditionExpression", *_EXPRESSION, *_ALWAYS}
_LIST = {*_READ, *_EXPRESSION, "FilterExpression", "Limit", "ExclusiveStartKey"}
_KNOWN = {
    "GetItem": {*_READ, "Key"},
    "BatchGetItem": {"RequestItems", *_ALWAYS},
    "PutItem": {*_WRITE, "Item"},
    "UpdateItem": {*_WRITE, "Key", "UpdateExpression", "ReturnValues"},
    "DeleteItem": {*_WRITE, "Key"},
    "Query": {*_LIST, "IndexName", "KeyConditionExpression", "ScanIndexForward"},
    "Scan": _LIST,
    "TransactWriteItems": {"TransactItems", "ClientRequestToken", *_ALWAYS},
}
_OPERATIONS: dict[str, Callable[[DynamoTable, dict[str, Any]], dict[str, Any]]] = {
    "GetItem": reads.get,
    "BatchGetItem": reads.batch_get,
    "PutItem": writes.put,
    "UpdateItem": writes.update,
    "DeleteItem": writes.delete,
    "Query": reads.query,
    "Scan": reads.scan,
    "TransactWriteItems": writes.transact,
}


class DynamoInMemory:
    """One table by CreateTable's definition."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self._table = DynamoTable(definition)
        self._one_at_a_time = Lock()

    def join(self, client: Any) -> None:
        """This client's calls come here, after whatever else listens to them."""
        client.meta.events.register_last("before-call.dynamodb", self.answer)

    def answer(self, model: Any, params: dict[str, Any], **_: object) -> tuple[AWSResponse, dict[str, Any]]:
        """One call, as botocore's `before-call` hands it over."""
        request = json.loads(params["body"], object_hook=_with_bytes)
        assert set(request) <= _KNOWN[model.name], (model.name, request)
        with self._one_at_a_time:
            status, said = 200, {}
            try:
                said = _OPERATIONS[model.name](self._table, request)
            except RefusedError as error:
                status, said = 400, {"Error": {"Code": error.code, "Message": str(error)}}
                if error.reasons is not None:
                    said["CancellationReasons"] = [{"Code": code} for code in error.reasons]
        return AWSResponse(params["url"], status, {}, None), {**said, "ResponseMetadata": {"HTTPStatusCode": status}}


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    if len(value) == 1 and isinstance(value.get("B"), str):
        return {"B": base64.b64decode(value["B"])}
    return value
