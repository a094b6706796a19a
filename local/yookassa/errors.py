"""The errors of the fake API."""

from typing import Any
from uuid import uuid4


class ApiError(Exception):
    """A rejected request, as the API describes it."""

    def __init__(self, status: int, code: str, description: str, parameter: str = "") -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.parameter = parameter

    def as_json(self) -> dict[str, Any]:
        """Return the error object."""
        named = {"parameter": self.parameter} if self.parameter else {}
        return {"type": "error", "id": str(uuid4()), "code": self.code, "description": str(self), **named}


def invalid(parameter: str, description: str = "") -> ApiError:
    """Return the error for a parameter that is missing or not accepted."""
    return ApiError(400, "invalid_request", description or f"Error in field {parameter}", parameter)


def forbidden(description: str) -> ApiError:
    """Return the error for something that this shop may not do."""
    return ApiError(403, "forbidden", description)
