"""What each area makes of the later years: one module for each, found by its name."""
