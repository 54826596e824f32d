"""The working-day calendar: an editable table, and a value object that counts with it."""
