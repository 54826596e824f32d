"""Keys of rows that never collide between installations (docs/adr/0032).

Each installation on PostgreSQL has a slot from 0 to 63, given once. Every number that a sequence of its database gives leaves that
slot as remainder when it is divided by 64, so that the rows of two installations with different slots can be put together as
they are.
"""
