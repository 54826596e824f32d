"""What goods, places, parties and times are called, and whether the department has confirmed who says so."""
