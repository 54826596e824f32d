"""Vietnamese text, dates, numbers and names: one way to read them and one way to write them.

Forms and importers read through the same functions (``parse_date``, ``parse_number``), so a value typed on a
screen and the same value in a workbook mean the same.
"""
