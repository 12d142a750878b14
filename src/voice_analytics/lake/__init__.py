"""A folder of delivered files, queried as Athena would query the bucket."""
