"""The plans that the shop sells, and the checks of what an operator changes."""
