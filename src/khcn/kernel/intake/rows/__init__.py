"""The rows of a recognised sheet: which are records, and what their cells say."""
