"""What listens to a framework's events. One module a framework."""
