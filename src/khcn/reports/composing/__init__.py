"""From a stored report or a bare form (`sources`) to values (`resolve`), a document (`compose`) and files (`rendering`)."""
