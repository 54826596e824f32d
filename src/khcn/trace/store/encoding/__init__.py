"""Events as stored texts (`stored_texts`), as table rows (`rows`) and as edges of the lineage graph; pure functions without a database."""
