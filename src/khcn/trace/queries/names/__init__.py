"""What goods, places and parties are called, and whether the department has confirmed who says so."""
