"""How fast and how small: `make bench`.

The parts, in their order, stand in `__main__`.
"""
