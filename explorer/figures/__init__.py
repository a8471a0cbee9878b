"""Plotly figures: arrays and translated labels in, a figure out."""
