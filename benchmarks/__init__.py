"""How fast, how small and how cheap: `make bench`.

The parts, in their order, stand in `__main__`.
"""
