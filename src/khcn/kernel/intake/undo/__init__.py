"""An import taken back: every record as it was before, or nothing."""
