"""`template.yaml` as typed data.

Intrinsic functions, subscription filter, delivery stream, prefixes, Glue table.
"""
