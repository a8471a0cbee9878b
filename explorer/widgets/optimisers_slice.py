"""Optimizers on two directions of a trained model's weights; the loss there is computed in the background."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import DATASETS, TEST
from explorer.inspection import loss_slice
from explorer.inspection.loss_slice import POINTS, Plane, Slice
from explorer.messages import N_, ExplorerError
from explorer.network import Network
from explorer.training.record import RunRecord
from explorer.training.store import Run
from explorer.widgets import data, link, optimisers, optimisers_choice
from explorer.widgets.inside_choice import network
from explorer.widgets.inside_image import images
from explorer.widgets.language import _, md, t
from explorer.widgets.optimisers import Scene
from explorer.widgets.optimisers_choice import Going, Place
from explorer.widgets.run_choice import of_images, run_choice
from explorer.widgets.work import Report, Work, Works

MODEL, PLANE, SEED, IMAGES, A, B = "optim_model", "optim_plane", "optim_seed", "optim_images", "optim_a", "optim_b"
DEFAULT_MODEL = "cnn-one-block"
TRAINING, RANDOM = "training", "random"
COUNTS = ("64", "16", "32", "128", "256")
KEPT = 8
POLL_SECONDS = 0.5
AXES = ("a", "b")
STARTS = {TRAINING: (1.0, 0.0), RANDOM: (-0.8, 0.6)}
PLANES = {
    TRAINING: N_("From untrained to trained"),
    RANDOM: N_("Two random directions"),
}
IDEAS = {
    TRAINING: N_(
        "Every place stands for all {count} weights of the model: "
        "$w = w_\\text{{trained}} + a\\,(w_\\text{{untrained}} - w_\\text{{trained}}) + b\\,d$. "
        "At (0, 0) is the trained model, at (1, 0) the untrained one; d is a random direction."
    ),
    RANDOM: N_(
        "Every place stands for all {count} weights of the model: $w = w_\\text{{trained}} + a\\,d_1 + b\\,d_2$. "
        "At (0, 0) is the trained model; d₁ and d₂ are random directions."
    ),
}


@dataclass(frozen=True)
class Choice:
    """The model trained and, on its way there, untrained; the plane, its seed, and the images of the loss."""

    run: Run
    trained: Network
    untrained: Network | None
    plane: str
    seed: int
    images: int
    going: Going
    places: tuple[Place, Place]

    @property
    def key(self) -> Hashable:
        """What the losses depend on."""
        dataset = self.run.record.request.dataset
        before = "" if self.untrained is None else self.untrained.fingerprint
        variant = DATASETS[dataset].available((TEST,)).variant
        return (self.trained.fingerprint, before, self.seed, self.images, dataset, variant)

    def directions(self) -> Plane:
        if self.untrained is None:
            return loss_slice.random_plane(self.trained, self.seed)
        return loss_slice.training_plane(self.trained, self.untrained, self.seed)


@st.cache_resource(show_spinner=False)
def slices() -> Works[Slice]:
    """The slices that the server keeps, for all sessions."""
    return Works(KEPT)


def classifies_images(record: RunRecord) -> bool:
    """A model that tells classes of images apart."""
    return of_images(record) and record.request.task.activation == "softmax"


def controls() -> Choice | None:
    """The model and the plane, and what goes down it; None (with a sentence said) without a model."""
    try:
        run = run_choice(_("Model"), MODEL, DEFAULT_MODEL, fits=classifies_images)
        trained = network(run, run.kept_epoch)
        plane = _plane_choice(run)
        untrained = network(run, 0) if plane == TRAINING else None
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    x, y = loss_slice.SPANS[plane == TRAINING]
    start = STARTS[plane]
    places = (Place(A, _("Start a"), x, start[0]), Place(B, _("Start b"), y, start[1]))
    going = optimisers_choice.going(places)
    with st.popover(_("Directions and images"), icon=":material/explore:", width="stretch"):
        seed = link.number(_("Seed of the random directions"), 0, 9999, 0, SEED)
        told = _("The loss is the mean over these test images; more of them take longer.")
        count = int(link.selectbox(_("Test images"), COUNTS, IMAGES, help=told))
    return Choice(run, trained, untrained, plane, seed, count, going, places)


def _plane_choice(run: Run) -> str:
    """Runs without untrained weights have no way from them."""
    kinds = [TRAINING, RANDOM] if run.epochs[0] == 0 < run.kept_epoch else [RANDOM]
    names = {kind: _(PLANES[kind]) for kind in kinds}
    return str(link.selectbox(_("Plane"), kinds, PLANE, format_func=names.__getitem__, on_change=_anew))


def _anew() -> None:
    for key in (A, B):
        st.session_state.pop(key, None)


def pictures(choice: Choice) -> None:
    """The paths once the losses are there; until then how far they are."""
    st.markdown(md(IDEAS[choice.plane], count=f"{choice.trained.spec.parameters:,}"))
    work = slices().get(choice.key) or begin(choice)
    work.wait(0.05)
    if work.active:
        st.fragment(_progress, run_every=POLL_SECONDS)(work, choice.images)
    elif work.result is None:
        if work.problem is not None:
            st.error(md(work.problem), icon=":material/error:")
        st.button(_("Try again"), icon=":material/refresh:", on_click=_again, args=(choice,))
    else:
        found = work.result
        name = choice.run.record.name
        scene = Scene(choice.key, found, choice.going, choice.places, AXES, name, (found.lowest_place,))
        optimisers.pictures(scene)
        _how(work, choice)


def _progress(work: Work[Slice], count: int) -> None:
    if not work.active:
        # Only a run of the whole page can end the fragment's own clock.
        st.rerun()
    left = work.seconds * (1 - work.share) / work.share if work.share else 0.0
    told = N_("{passes} forward passes of {images} test images: {share}, about {seconds} s left")
    said = t(told, passes=POINTS**2, images=count, share=f"{work.share:.0%}", seconds=f"{left:.0f}")
    st.progress(min(1.0, work.share), said)


def _how(work: Work[Slice], choice: Choice) -> None:
    text = N_(
        "The loss was computed at {points} × {points} places: {passes} forward passes of {images} test images, "
        "{seconds} s, kept on the server. Between these places it is interpolated (bicubic), and the optimisers follow "
        "the gradient of that with w = (a, b): two directions of {count}, where real training moves all of them. "
        "Random directions have for each filter the length of its own weights (Li et al. 2018); biases stay as they "
        "are in them."
    )
    st.caption(
        md(
            text,
            points=POINTS,
            passes=POINTS**2,
            images=choice.images,
            seconds=f"{work.seconds:.1f}",
            count=f"{choice.trained.spec.parameters:,}",
        )
    )


def _again(choice: Choice) -> None:
    begin(choice)


def begin(choice: Choice) -> Work[Slice]:
    """Compute the losses in the background, unless that has begun already."""
    dataset, count = choice.run.record.request.dataset, choice.images

    def compute(report: Report) -> Slice:
        split = data.test_split(dataset)
        labels = np.asarray(split.labels[:count], int)
        return loss_slice.measure(choice.trained, choice.directions(), images(split, 0, count), labels, report)

    return slices().start(choice.key, compute)
