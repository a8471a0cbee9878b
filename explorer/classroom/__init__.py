"""A class in one room: who is in it, which runs they have started, and how these stand beside each other."""
