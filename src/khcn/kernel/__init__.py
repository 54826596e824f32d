"""What every business area stands on. Nothing here knows an area; floors are listed in pyproject.toml."""
