"""Drills: whole procedures of operators, carried out on real systems. Longer than tests; run before a release."""
