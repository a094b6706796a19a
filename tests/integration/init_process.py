"""The process of `test_init_phase`: INIT as without SnapStart, then the first update of a new person.

It writes one JSON line: what INIT used and what it left to the first update. With `unobserved` as its second argument
it imports nothing in order to see that.
"""

import sys
from importlib import import_module

from tests.integration.snapshot_process import USED, Context, delivery, observe, open_sockets, updates, write


def main() -> None:
    """Do INIT, and handle one update."""
    if "unobserved" not in sys.argv:
        observe()
    app = import_module("app")  # of the folder that is the working directory
    of_init = {use: list(seen) for use, seen in USED.items()}
    sockets, before = open_sockets(), set(sys.modules)
    response = app.handler(delivery(sys.argv[1], updates(0)[0]), Context())
    write(
        {
            "of_init": of_init,
            "sockets": sockets,
            "status": response["statusCode"],
            "clients": USED["clients"],
            "imported": sorted(set(sys.modules) - before),
            "modules": sorted(sys.modules),
            "methods": sorted(name for name in sys.modules if name.startswith("aiogram.methods.")),
        }
    )


if __name__ == "__main__":
    main()
