"""Working days: how to count them. Which days are exceptions is a table in ``reference``."""
