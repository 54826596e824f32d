"""The lineage graph as walks and recalls read it: its edges, packings in it, and what a traversal is asked for."""
