"""Events as stored texts (`bodies`), as table rows (`rows`) and as edges of the lineage graph; pure functions without a database."""
