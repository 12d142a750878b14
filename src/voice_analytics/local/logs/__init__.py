"""CloudWatch Logs on one machine: log files read, log events made, records as a subscription sends them."""
