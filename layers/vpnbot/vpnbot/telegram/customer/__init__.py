"""Customer features: `<feature>.py` holds the handlers, `<feature>_screens.py` the screens."""
