"""Start of the trial, scheduled events of a subscription, suspension."""
