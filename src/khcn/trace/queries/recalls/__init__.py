"""Which recalls are in force of goods, of what they are made of, and of what they are or were packed in."""
