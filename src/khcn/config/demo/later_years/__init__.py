"""The years after the demonstration year: rows made from a fixed seed, imported as the divisions' workbooks."""
