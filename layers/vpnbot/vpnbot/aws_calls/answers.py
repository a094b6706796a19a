"""What a service answered: the parsed result, or the error that botocore would raise."""

import json
from binascii import crc32
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import responses
from typing import Any

from botocore.exceptions import BotoCoreError, ChecksumError, ClientError, HTTPClientError

from vpnbot.aws_calls.service import Decode, Service

type Failure = ClientError | BotoCoreError
"""An error as botocore raises it."""

CHECKSUM_HEADER = "x-amz-crc32"
REQUEST_ID_HEADER = "x-amzn-requestid"
FORMER_CODE_HEADER = "x-amzn-query-error"
"""Of SQS: the code that the error had before SQS spoke JSON, and who caused it, separated by a semicolon."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one attempt; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read_answer(answer: Answer, operation: str, service: Service) -> Any:
    """Return the result of an operation.

    Raises:
        ClientError: the service refused the call, with its code, message, request id and fields.
        ChecksumError: the bytes are not those that were sent.
        HTTPClientError: a success without a JSON object.
    """
    expected = answer.headers.get(CHECKSUM_HEADER)
    if expected is not None and expected != str(actual := crc32(answer.body)):
        raise ChecksumError(checksum_type="crc32", expected_checksum=expected, actual_checksum=str(actual))
    if answer.status >= 300:
        raise ClientError(_refusal(answer, service.decode), operation)
    try:
        result = json.loads(answer.body)
    except ValueError as error:
        raise HTTPClientError(error=error) from error
    if not isinstance(result, dict):
        raise HTTPClientError(error=TypeError("the answer is not a JSON object"))
    return service.decode(result, answer.body)


def code_of(failure: Failure) -> str | None:
    """Return the code that the service answered; None if there was no answer that can be used."""
    if not isinstance(failure, ClientError):
        return None
    code: str = failure.response["Error"]["Code"]
    return code


def _refusal(answer: Answer, decode: Decode) -> Any:
    """Return an error as botocore's parser does: the fields of the error, code and message, and the headers."""
    metadata = {"HTTPStatusCode": answer.status, "HTTPHeaders": dict(answer.headers)}
    if REQUEST_ID_HEADER in answer.headers:
        metadata["RequestId"] = answer.headers[REQUEST_ID_HEADER]
    fields = _fields(answer, decode)
    code = str(fields.pop("__type", answer.status)).split(":", 1)[0].rpartition("#")[2]
    message = fields.get("message", fields.get("Message", ""))
    error = {"Message": message, "Code": code}
    former, separator, kind = answer.headers.get(FORMER_CODE_HEADER, "").partition(";")
    if former and separator and ";" not in kind:
        error |= {"Code": former, "QueryErrorCode": code, "Type": kind}
    return {**fields, "Error": error, "ResponseMetadata": metadata}


def _fields(answer: Answer, decode: Decode) -> dict[str, Any]:
    """Return the fields of an error; of an answer of another program, such as a gateway's page, a message."""
    body = answer.body.strip()
    if answer.status >= 500 and (not body or body.startswith(b"<html>")):
        return {"message": responses.get(answer.status, "")}
    try:
        fields = json.loads(body) if body else {}
    except ValueError:
        fields = None
    if isinstance(fields, dict):
        found: dict[str, Any] = decode(fields, answer.body)
        return found
    return {"message": body.decode(errors="replace")}
