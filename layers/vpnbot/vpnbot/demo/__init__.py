"""What only stage demo has: control of time, planned crashes, and the store of the demo panel."""
