"""Rows of registers as sheets of Excel: columns, export, and the keys by which an exported row is known again."""
