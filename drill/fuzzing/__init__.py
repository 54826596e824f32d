"""What `./khcn drill fuzz` sends: generated documents and texts to our parsers, generated requests to the service."""
