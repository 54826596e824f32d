"""Events as stored texts (`stored_texts`, `stored_contexts`), as table rows (`rows`) and as edges of the lineage graph; pure functions without a database."""
