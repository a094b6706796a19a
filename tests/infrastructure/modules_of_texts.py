"""A process of `test_trimmed_layer`: it formats texts with numbers, and prints which modules of dates this loaded."""

import json
import sys
from datetime import timedelta

from vpnbot.localization.formatting import format_duration
from vpnbot.localization.messages import Messages

if __name__ == "__main__":
    messages = Messages()
    texts = [format_duration(messages, language, timedelta(days=21, hours=2)) for language in messages.languages]
    loaded = sorted({"babel.dates", "babel.localtime", "pytz"} & sys.modules.keys())
    print(json.dumps([texts, loaded]))  # noqa: T201 - the result
