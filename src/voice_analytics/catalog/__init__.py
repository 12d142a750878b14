"""The database as it is defined once.

Tables with their columns, Hive types, views and saved queries.
"""
