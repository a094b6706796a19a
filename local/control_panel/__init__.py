"""The control panel of the demo: an HTTP API that moves time, injects faults and reports costs and outcomes."""
