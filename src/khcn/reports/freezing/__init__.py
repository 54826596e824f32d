"""Approval of a report: what is frozen, the snapshot it is read from, and what has changed in the data since."""
