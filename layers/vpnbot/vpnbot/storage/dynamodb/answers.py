"""What DynamoDB answered: the parsed result, or the error that botocore would raise."""

import json
from binascii import crc32
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import responses
from typing import Any

from botocore.exceptions import BotoCoreError, ChecksumError, ClientError, HTTPClientError

from vpnbot.storage.dynamodb.blobs import decode_blobs

type Failure = ClientError | BotoCoreError
"""An error as botocore raises it."""

CHECKSUM_HEADER = "x-amz-crc32"
REQUEST_ID_HEADER = "x-amzn-requestid"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one attempt; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read_answer(answer: Answer, operation: str) -> Any:
    """Return the result of an operation.

    Raises:
        ClientError: DynamoDB refused the call, with its code, message, request id and reasons of a cancellation.
        ChecksumError: the bytes are not those that DynamoDB sent.
        HTTPClientError: a success without a JSON object.
    """
    expected = answer.headers.get(CHECKSUM_HEADER)
    if expected is not None and expected != str(actual := crc32(answer.body)):
        raise ChecksumError(checksum_type="crc32", expected_checksum=expected, actual_checksum=str(actual))
    if answer.status >= 300:
        raise ClientError(_refusal(answer), operation)
    try:
        result = json.loads(answer.body)
    except ValueError as error:
        raise HTTPClientError(error=error) from error
    if not isinstance(result, dict):
        raise HTTPClientError(error=TypeError("the answer is not a JSON object"))
    return decode_blobs(result, answer.body)


def code_of(failure: Failure) -> str | None:
    """Return the code that DynamoDB answered; None if there was no answer that can be used."""
    if not isinstance(failure, ClientError):
        return None
    code: str = failure.response["Error"]["Code"]
    return code


def _refusal(answer: Answer) -> Any:
    """Return an error as botocore's parser does: the fields of the error, code and message, and the headers."""
    metadata = {"HTTPStatusCode": answer.status, "HTTPHeaders": dict(answer.headers)}
    if REQUEST_ID_HEADER in answer.headers:
        metadata["RequestId"] = answer.headers[REQUEST_ID_HEADER]
    fields = _fields(answer)
    code = str(fields.pop("__type", answer.status)).split(":", 1)[0].rpartition("#")[2]
    message = fields.get("message", fields.get("Message", ""))
    return {**fields, "Error": {"Message": message, "Code": code}, "ResponseMetadata": metadata}


def _fields(answer: Answer) -> dict[str, Any]:
    """Return the fields of an error; of an answer that is none of DynamoDB's, such as a gateway's page, a message."""
    body = answer.body.strip()
    if answer.status >= 500 and (not body or body.startswith(b"<html>")):
        return {"message": responses.get(answer.status, "")}
    try:
        fields = json.loads(body) if body else {}
    except ValueError:
        fields = None
    if isinstance(fields, dict):
        found: dict[str, Any] = decode_blobs(fields, answer.body)
        return found
    return {"message": body.decode(errors="replace")}
