"""The database as it is defined once: tables with their columns, Hive types, views and saved queries."""
