"""How a sheet is laid out: our template, and a division's own, which is assigned once."""
