"""Lambda on one machine: the function's code, what surrounds it, and its invocation."""
