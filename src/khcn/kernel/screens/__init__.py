"""The pages that every register has: lists, forms, records, history. Derived from the declaration; each can be replaced."""
