"""The control panel of the demo: an HTTP API that moves virtual time, injects faults, and reports costs."""
