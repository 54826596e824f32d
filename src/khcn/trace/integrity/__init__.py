"""What must be so of events and the rows beside them, and of those who send and get them."""

from khcn.trace.integrity import events, parties, stored_events, stored_master_data

__all__ = ["events", "parties", "stored_events", "stored_master_data"]
