"""What is asked about the rows of a file, and what the answers mean."""
