"""`template.yaml` as typed data: intrinsic functions, subscription filter, delivery stream, prefixes, Glue table."""
