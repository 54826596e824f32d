"""Finds all faults of a document: `documents` and `events` check fields by `value_checks`, `identifiers` checks GS1 keys."""
