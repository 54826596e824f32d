"""What a file would write: made from its rows, shown, written."""
