"""Asks all rules of integrity, every night and on demand, and stores what broke them (docs/adr/0040)."""
