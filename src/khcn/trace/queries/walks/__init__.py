"""Where goods came from and went, walked through the lineage graph."""
