"""Measurements behind every claim of speed and size: python -m benchmarks NAME."""
