"""How aiogram is imported and run on Lambda."""
