"""Who holds a thing when its recall is asked about."""
