"""Only for stage demo: control of time, planned crashes, and the key-value store of the demo panel."""
