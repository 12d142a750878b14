"""A first look: a week of invented calls, and what Athena would answer about them."""
