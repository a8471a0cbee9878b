"""The entry: language, pages and what every page shares."""

import streamlit as st

from explorer.widgets import shell

st.set_page_config(page_title=shell.app_name(), page_icon="🔬", layout="wide")
page = st.navigation(shell.pages(), position="top")
shell.start()
page.run()
