"""INIT without garbage collection.

Nearly everything that a function creates in INIT lives as long as its process: modules, classes, functions. Python
would look through it a hundred times for garbage, which takes an eighth of INIT, and again after later events.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Collect no garbage meanwhile, and never look for it later among what exists at the end.

    After an error the collector works as before.
    """
    worked = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if worked:
            gc.enable()
