"""What the rows and columns of a sheet are: headings, sections, sums, signatures, and units of amounts and areas."""
