"""The import of PynamoDB without botocore's client and session, which our own client makes unnecessary.

PynamoDB imports both at once, although it uses them only to build a client. They take 60 modules, 50 ms and 5 MB.
"""

import importlib
import sys
from types import ModuleType
from typing import Any

from botocore.exceptions import ClientError

from vpnbot.startup.stand_in_modules import in_their_place

_TYPES = "pynamodb.connection._botocore_private"
"""Declares types for PynamoDB's annotations, as subclasses of botocore's private classes."""


def import_pynamodb() -> None:
    """Import PynamoDB's connection; modules of botocore that it does not need now are imported when they are used.

    While PynamoDB is imported, stand-ins are in their place, with the names that it reads; a module that is imported
    already needs none. Afterwards any import finds the real modules.
    """
    if "pynamodb.connection" in sys.modules:
        return
    sys.modules.setdefault(_TYPES, _stand_in(_TYPES, BotocoreBaseClientPrivate=object))
    stand_ins = [
        _stand_in("botocore.config"),
        _stand_in("botocore.client", ClientError=ClientError),
        _stand_in("botocore.session", get_session=_get_session, Session=object),
    ]
    with in_their_place(stand_ins):
        importlib.import_module("pynamodb.connection")


def _stand_in(name: str, **names: Any) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(names)
    return module


def _get_session() -> Any:
    from botocore.session import get_session

    return get_session()
