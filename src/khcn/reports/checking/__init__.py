"""Checks of a report: figures against each other and the data, texts against figures, definitions at start-up."""
