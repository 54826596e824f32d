"""Which record on file a row is."""
