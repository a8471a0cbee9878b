"""See and feel how convolutional and recurrent networks work."""
