"""Report definitions: the shipped TOML files, and their parser."""
