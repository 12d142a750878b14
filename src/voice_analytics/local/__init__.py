"""The chain on one machine: CloudWatch Logs, Firehose and the real Lambda code.

`template.yaml` configures it. No AWS call is made. Each behaviour of AWS that is replayed here
names its source: a page of AWS's documentation, or what was observed on AWS by others and published
(floci-io/floci, probes of September 2026).
"""
