"""Files to sheets of cells: workbooks of three kinds and separated values, read in a process of their own."""
