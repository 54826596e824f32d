"""Facts that hold from one day to another, and what takes their place."""
