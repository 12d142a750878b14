"""A lake, or Athena, in a browser on this machine: calls, their figures, and a box for SQL."""
