"""Lessons as the reader meets them: the panel beside a page, the course, and what the browser remembers."""
