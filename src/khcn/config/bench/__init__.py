"""Ratios measured in one run: our figures, pages and imports against the same work without us."""
