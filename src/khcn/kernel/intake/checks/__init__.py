"""What a row must satisfy, and what is possible and yet unlikely."""
