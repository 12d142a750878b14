"""Firehose on one machine: buffers, transformation, conversion to Parquet, delivery."""
