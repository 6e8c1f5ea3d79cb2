"""Benchmarks: figures as ratios to a reference that is measured in the same run. Not part of the tests."""
