"""Questions about what producers have on record."""
