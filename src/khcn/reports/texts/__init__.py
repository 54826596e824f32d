"""The text of a report: its markup (`markup`, `nodes`), back to text (`unparse`), and the words of a period."""
