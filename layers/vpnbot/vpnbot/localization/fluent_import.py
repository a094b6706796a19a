"""The import of Fluent without Babel's dates and the time zones of pytz, of which Fluent needs both for dates only.

No message of ours formats a date with Fluent (`formatting.py` does), and the layer has no data for it. Both take
13 modules, and Babel looks for the zone of the machine when it is imported: among 600 files, if TZ does not name it.
"""

from vpnbot.startup.stand_in_modules import LateModule, StandIns, in_their_place

with in_their_place((StandIns("babel.dates"), LateModule("pytz"))):
    from fluent.runtime import FluentBundle, FluentResource

__all__ = ["FluentBundle", "FluentResource"]
