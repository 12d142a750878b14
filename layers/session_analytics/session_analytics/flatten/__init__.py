"""From a valid event to its row.

One module a group of columns, validation, and what has no column.
"""
