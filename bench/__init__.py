"""Measures the product's speed and memory as ratios of the same work without it: ``./khcn bench``, ``./khcn bench trace``.

Not part of the installed program: `khcn` never imports this package.
"""
