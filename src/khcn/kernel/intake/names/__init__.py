"""Which record a name in a cell means."""
