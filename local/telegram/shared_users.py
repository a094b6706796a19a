"""The people that a person chooses with a button of the kind request_users."""

from collections.abc import Mapping, Sequence

from local.telegram.accounts import Account


def users_shared(request: Mapping[str, object], accounts: Sequence[Account]) -> dict[str, object]:
    """Return the Bot API's UsersShared: names only if the button asks for them."""
    users = []
    for account in accounts:
        user: dict[str, object] = {"user_id": account.user_id}
        if request.get("request_name"):
            user["first_name"] = account.first_name
        if request.get("request_username") and account.username:
            user["username"] = account.username
        users.append(user)
    return {"request_id": request["request_id"], "users": users}
