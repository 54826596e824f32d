"""What is asked of the inventory, and of all records about one person."""
