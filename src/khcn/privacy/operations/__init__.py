"""Verbs of personal data."""
