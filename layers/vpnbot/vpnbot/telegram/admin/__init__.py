"""Features for administrators, organised like `customer/`; most modules are imported on first use."""
