"""What parties reported in events, looked up in the store: who created, packed, recalled, named whom, and declared wrong."""
