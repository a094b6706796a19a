"""Import and execution of aiogram on Lambda."""
