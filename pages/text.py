"""From letters to numbers: words, ids, rows of one length, vectors."""

import streamlit as st

from explorer.widgets import shell, text_choice, text_views
from explorer.widgets.language import _

shell.title(
    _("How does a sentence become numbers?"),
    _("Split it into words, look each one up, bring all rows to one length: ids are all that a network ever sees."),
)
controls, pictures = st.columns([1, 2.6], gap="medium")
with controls:
    choice = text_choice.controls()
with pictures:
    text_views.views(choice)
