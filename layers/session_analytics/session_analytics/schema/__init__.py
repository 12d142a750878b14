"""The contract.

The event, the row, their scalar types, the envelope, and the validator compiled of them.
"""
