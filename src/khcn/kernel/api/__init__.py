"""The JSON interface of every register: the same filters, forms and rules as its screens."""
