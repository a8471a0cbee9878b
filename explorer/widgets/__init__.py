"""What the pages are built from. The only part of `explorer` that knows Streamlit."""
