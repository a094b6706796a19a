"""Polls as the fake Telegram stores them: nobody can vote."""

import secrets
from collections.abc import Sequence


def poll_json(question: str, options: Sequence[str]) -> dict[str, object]:
    """Return the Bot API's Poll without votes."""
    return {
        "id": str(secrets.randbits(62)),
        "question": question,
        "options": [
            {"persistent_id": str(number), "text": option, "voter_count": 0} for number, option in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
