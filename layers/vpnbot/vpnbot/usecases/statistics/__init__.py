"""The closing of hours, figures for the staff, and sales of a month."""
