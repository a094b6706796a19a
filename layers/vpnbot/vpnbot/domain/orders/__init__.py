"""Orders, their payments and refunds, and what payment providers report about them."""
