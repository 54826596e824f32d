"""The demonstration year: text files under ``demo/`` become workbooks, which are imported as a user would."""
