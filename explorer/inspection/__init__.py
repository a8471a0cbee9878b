"""What there is to see inside a network: arrays only, drawn by `explorer.figures`."""
