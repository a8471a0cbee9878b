"""Build a CNN, train it on real images, watch it learn."""

import streamlit as st

from explorer.widgets import data, job_panel, lab, model_form, model_view, recipe_form, shell
from explorer.widgets.language import _

shell.title(
    _("How does a CNN learn?"),
    _("Change the layers or the training, press Train, and watch the loss fall on real images."),
)
found = data.banner("fashion-mnist")
controls, pictures = st.columns([1, 2.6], gap="medium")
with controls:
    preset = lab.preset_choice(found.counts.train)
    model_tab, training_tab = st.tabs([_("Model"), _("Training")])
    with model_tab:
        spec = model_form.model_form(preset.spec)
    with training_tab:
        recipe = recipe_form.recipe_form(preset.recipe, found.counts.train)
with pictures:
    model_view.picture(spec)
    lab.train_row(spec, recipe, preset, found.variant)
    job_panel.job_panel()
    lab.run_choice()
    model_view.table(spec)
