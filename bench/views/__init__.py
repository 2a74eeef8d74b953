"""The same small view in each framework, for :mod:`bench.viewers`."""
