"""The answer to a trace query: the graph, with quantities, parties and what contradicts itself in it."""
