"""Who made a thing, and which reports about it are trusted."""
