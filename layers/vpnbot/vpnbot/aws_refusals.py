"""Which errors of AWS are permanent: the operator has to correct a setting, or this package sent an invalid call.

Any other error is temporary (throttled, failed, no answer in time), and the adapter that met it raises `Retryable`.
The codes are from the API references of DynamoDB, SQS, Systems Manager and KMS ("Common Errors", and the errors of
the actions that are called here); botocore's own errors have the names of their classes.
"""

from vpnbot.errors import AccessDenied, InvalidCall, Misconfigured

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "KmsAccessDenied", "KMS.AccessDeniedException"})
_TO_BE_CORRECTED = frozenset(
    {
        *("NotAuthorized", "OptInRequired", "SubscriptionRequiredException"),
        *("IncompleteSignature", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch"),
        *("MissingAuthenticationToken", "MissingAuthenticationTokenException", "UnrecognizedClientException"),
        *("NoCredentialsError", "PartialCredentialsError", "NoRegionError", "InvalidRegionError"),
        *("ResourceNotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
        *("KmsDisabled", "KmsInvalidKeyUsage", "KmsNotFound", "KmsOptInRequired", "InvalidKeyId"),
        "ParameterLimitExceeded",
    }
)
_INVALID = frozenset(
    {
        *("ValidationException", "ValidationError", "SerializationException", "ParamValidationError"),
        *("InvalidAction", "InvalidParameterCombination", "InvalidParameterValue", "MissingParameter"),
        *("MissingAction", "MalformedQueryString", "UnknownOperationException", "UnsupportedOperation"),
        *("AWS.SimpleQueueService.UnsupportedOperation", "IdempotentParameterMismatchException"),
        *("ItemCollectionSizeLimitExceeded", "ItemCollectionSizeLimitExceededException"),
        *("InvalidMessageContents", "RequestEntityTooLarge", "BatchRequestTooLong", "InvalidAttributeValue"),
        *("HierarchyLevelLimitExceededException", "ParameterPatternMismatchException"),
        "ParameterMaxVersionLimitExceeded",
    }
)


def permanent_refusal(code: str | None, service: str, setting: str) -> Misconfigured | InvalidCall | None:
    """Return the error for this code of an AWS error; None if it is temporary.

    `service` is the name of the service, and `setting` names what the operator has to correct.
    """
    remedy = f"{service} refuses the function ({code}); deploy the stack again, and check its roles and resources"
    if code in _DENIED:
        return AccessDenied(setting, remedy)
    if code in _TO_BE_CORRECTED:
        return Misconfigured(setting, remedy)
    if code in _INVALID:
        return InvalidCall(f"{service}: {code}")
    return None
