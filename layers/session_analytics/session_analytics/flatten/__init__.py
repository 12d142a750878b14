"""From a valid event to its row: one module a group of columns, validation, and what has no column."""
