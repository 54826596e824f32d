"""One cell to one value: as a field reads it, and as officials write it."""
