"""A class in one room: opening and joining it, the line above every page, and the teacher's board."""
