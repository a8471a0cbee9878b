"""The parts of the page *Inside a CNN*: one choice of model, epoch, image and layer, many pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import DATASETS, Split
from explorer.figures.histogram import histogram_figure
from explorer.figures.image import image_figure
from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.figures.probabilities import probabilities_figure
from explorer.inspection import mosaic as mosaics
from explorer.inspection.predictions import Prediction
from explorer.inspection.weights import DeadFilters, WeightStatistics, dead_filters, weight_histogram
from explorer.messages import N_, ExplorerError, message
from explorer.network import Network, Trace
from explorer.training.store import Run
from explorer.widgets import data, figure, runs, shell
from explorer.widgets.language import _, md, t

DEAD_FILTER_IMAGES = 200


@dataclass(frozen=True)
class Choice:
    """What the page looks at."""

    run: Run
    epoch: int
    network: Network
    untrained: Network
    split: Split
    index: int
    layer: str
    own_scale: bool
    trace: Trace

    @property
    def kernel(self) -> np.ndarray | None:
        return self.network.weights[self.layer].get("kernel")


@st.cache_resource(max_entries=64, show_spinner=False)
def network(run_id: str, epoch: int, written: float) -> Network:
    """A run's model at an epoch; `written` tells apart the states of a run that still trains."""
    return shell.engine().store.open(run_id).network(epoch)


def controls() -> Choice | None:
    """Draw the controls; None (with a sentence said) when there is nothing to look at."""
    try:
        run = _run_choice()
        epoch = _epoch_choice(run)
        split = data.test_split(run.record.request.dataset)
        now, before = (_network(run, number) for number in (epoch, 0))
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    index = _image_choice(run, split)
    layer = _layer_choice(now)
    own_scale = (
        st.segmented_control(
            _("Colours of the maps"),
            ["shared", "own"],
            default="shared",
            required=True,
            format_func={"shared": _("one scale for all"), "own": _("each map its own")}.__getitem__,
            key="scale",
            bind="query-params",
        )
        == "own"
    )
    image = split.images[index : index + 1] / np.float32(255)
    return Choice(run, epoch, now, before, split, index, layer, own_scale, now.trace(image))


def _network(run: Run, epoch: int) -> Network:
    written = run.snapshot_file.stat().st_mtime if run.snapshot_file.exists() else 0.0
    return network(run.record.id, epoch, written)


def _run_choice() -> Run:
    store = shell.engine().store
    titles = {run.record.id: t(N_("shipped: {name}"), name=run.record.name) for run in store.shipped()}
    titles |= {p.record.id: runs.title(p.record) for p in runs.progresses(runs.known(), quiet=True)}
    linked = st.query_params.get("model")
    if linked and linked not in titles:
        try:
            titles[linked] = runs.title(store.open(linked).record)
        except ExplorerError as error:
            st.warning(md(error.problem), icon=":material/search_off:")
    chosen = st.selectbox(
        _("Model"),
        list(titles),
        format_func=titles.__getitem__,
        key="model",
        bind="query-params",
        help=_("A model that comes with the app, or a run that you trained in the lab."),
    )
    if chosen is None:
        raise ExplorerError(message(N_("There is no model to look at; train one in the CNN lab first.")))
    return store.open(chosen)


def _epoch_choice(run: Run) -> int:
    """The one slider that moves every picture of the page."""
    epochs = run.epochs
    if not epochs:
        raise ExplorerError(message(N_("This run has kept no weights yet; wait for its first epoch.")))
    kept = run.record.best_epoch
    default = kept if kept in epochs else epochs[-1]
    if len(epochs) == 1:
        st.caption(md(N_("Only the weights of epoch {epoch} were kept."), epoch=epochs[0]))
        return epochs[0]
    chosen = st.select_slider(
        _("Epoch"),
        epochs,
        value=default,
        format_func=lambda epoch: _("untrained") if epoch == 0 else str(epoch),
        key="epoch",
        bind="query-params",
        help=_("0 is the untrained model. The slider moves all pictures of this page."),
    )
    if kept is not None:
        st.caption(md(N_("The weights that were kept are those of epoch {epoch}."), epoch=kept))
    return int(chosen)


def _image_choice(run: Run, split: Split) -> int:
    classes = [t(name) for name in DATASETS[run.record.request.dataset].classes]
    count = len(split.labels)
    index = st.number_input(
        _("Test image"),
        0,
        count - 1,
        0,
        key="image",
        bind="query-params",
        help=t(N_("One of the {count} test images; the model has not been trained on them."), count=f"{count:,}"),
    )
    with st.container(horizontal=True):
        st.button(_("Another image"), icon=":material/casino:", on_click=_draw_image, args=(count,))
        with st.popover(_("By class")):
            for label, name in enumerate(classes):
                st.button(
                    name, key=f"class-{label}", on_click=_next_of_class, args=(label, split.labels), width="stretch"
                )
    return int(index)


def _draw_image(count: int) -> None:
    st.session_state["image"] = int(np.random.default_rng().integers(count))


def _next_of_class(label: int, labels: np.ndarray) -> None:
    """The next image of a class after the one in sight, from the start again after the last."""
    places = np.flatnonzero(labels == label)
    later = places[places > st.session_state["image"]]
    st.session_state["image"] = int(later[0] if later.size else places[0])


def _layer_choice(shown: Network) -> str:
    names = shown.spec.names()
    return str(
        st.selectbox(
            _("Layer"),
            names,
            key="layer",
            bind="query-params",
            help=_("The layer whose maps, kernels and weights are drawn."),
        )
        or names[0]
    )


def prediction(choice: Choice) -> None:
    """The input beside the probabilities of all classes."""
    classes = [t(name) for name in DATASETS[choice.run.record.request.dataset].classes]
    label = int(choice.split.labels[choice.index])
    guess = Prediction(choice.trace.output[0], label)
    left, right = st.columns([2, 3])
    with left:
        title = t(N_("Input: test image {index}, {name}"), index=choice.index, name=classes[label])
        drawn = image_figure(
            choice.trace.inputs[0, ..., 0], title, _("row"), _("column"), _("value"), dark=shell.dark(), height=250
        )
        figure.show(drawn, "input", title)
    with right:
        title = t(N_("Output: {name} with {share}"), name=classes[guess.top], share=f"{guess.probabilities.max():.1%}")
        drawn = probabilities_figure(guess, classes, title, _("★ is the true class"), dark=shell.dark(), height=250)
        shares = zip(classes, guess.probabilities, strict=True)
        figure.show(drawn, "probabilities", ", ".join(f"{name} {share:.1%}" for name, share in shares))


def feature_maps(choice: Choice) -> None:
    """All maps of the layer in one mosaic."""
    output = choice.trace[choice.layer].output[0]
    shape = " × ".join(str(size) for size in output.shape)
    text = (
        N_("Output of {layer}: {shape}, epoch {epoch}, each map on its own scale")
        if choice.own_scale
        else N_("Output of {layer}: {shape}, epoch {epoch}, one scale")
    )
    title = t(text, layer=choice.layer, shape=shape, epoch=choice.epoch)
    drawn = mosaic_figure(
        mosaics.tile_values(output), title, _map_labels(), own_scale=choice.own_scale, dark=shell.dark(), height=360
    )
    figure.show(drawn, "maps", title)


def kernels(choice: Choice) -> None:
    """All kernels of a convolution, trained beside untrained, on one scale about 0."""
    kernel, before = choice.kernel, choice.untrained.weights[choice.layer].get("kernel")
    if kernel is None or before is None or kernel.ndim != 4:
        return
    channel = _channel_choice(kernel.shape[2])
    shown = [mosaics.tile_kernels(k, channel) for k in (kernel, before)]
    reach = max(mosaic.reach for mosaic in shown)
    names = (t(N_("Kernels after epoch {epoch}"), epoch=choice.epoch), _("Kernels untrained, same scale"))
    for column, mosaic, name, key in zip(st.columns(2), shown, names, ("kernels", "untrained-kernels"), strict=True):
        with column:
            drawn = mosaic_figure(mosaic, name, _kernel_labels(), reach=reach, dark=shell.dark(), height=300)
            figure.show(drawn, key, name)


def _channel_choice(channels: int) -> int | None:
    """One input channel, or None for all of them."""
    if channels == 1:
        return None
    options = [0, *range(1, channels + 1)]
    chosen = st.select_slider(
        _("Input channel of the kernels"),
        options,
        format_func=lambda number: _("all") if number == 0 else str(number),
        key="channel",
        bind="query-params",
        help=_("Each filter has one kernel per input channel."),
    )
    return None if chosen == 0 else int(chosen) - 1


def weights(choice: Choice) -> None:
    """The layer's weights, trained over untrained, with mean, deviation and dead filters."""
    before = choice.untrained.weights[choice.layer].get("kernel")
    if choice.kernel is None or before is None:
        st.caption(md(N_("{layer} has no kernel, so there are no weights to draw."), layer=choice.layer))
        return
    found = weight_histogram(choice.kernel, before)
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        title = t(N_("Weights of {layer}, epoch {epoch} over untrained"), layer=choice.layer, epoch=choice.epoch)
        drawn = histogram_figure(
            found,
            title,
            t(N_("epoch {epoch}"), epoch=choice.epoch),
            _("untrained"),
            _("weight"),
            _("count"),
            dark=shell.dark(),
        )
        figure.show(drawn, "weights", title)
    with right:
        _statistics(choice, found.trained, found.untrained)


def _statistics(choice: Choice, now: WeightStatistics, before: WeightStatistics) -> None:
    st.table(
        {
            "": [_("weights"), _("mean"), _("standard deviation"), _("smallest"), _("largest")],
            t(N_("epoch {epoch}"), epoch=choice.epoch): _column(now),
            _("untrained"): _column(before),
        },
        hide_index=True,
    )
    dead = _dead(choice.run.record.id, choice.epoch, choice.layer)
    st.caption(
        md(
            N_("Dead filters or units: {dead} of {total} (0 everywhere on the first {images} test images)."),
            dead=len(dead.dead),
            total=dead.total,
            images=dead.images,
        )
    )


def _column(found: WeightStatistics) -> list[str]:
    numbers = (found.mean, found.std, found.minimum, found.maximum)
    return [f"{found.count:,}", *(f"{number:+.4f}" for number in numbers)]


@st.cache_data(max_entries=512, show_spinner=False)
def _dead(run_id: str, epoch: int, layer: str) -> DeadFilters:
    run = shell.engine().store.open(run_id)
    split = data.test_split(run.record.request.dataset)
    images = split.images[:DEAD_FILTER_IMAGES] / np.float32(255)
    return dead_filters(_network(run, epoch).trace(images, until=layer)[layer].output)


def numbers(choice: Choice) -> None:
    """The numbers behind the maps, one click away."""
    output = choice.trace[choice.layer].output[0]
    with st.expander(_("Show numbers"), icon=":material/table:"):
        rows = mosaics.statistics(output if output.ndim == 3 else output.reshape(1, 1, -1))
        st.dataframe(
            {
                _("map"): [row.number for row in rows],
                _("smallest"): [row.minimum for row in rows],
                _("largest"): [row.maximum for row in rows],
                _("mean"): [row.mean for row in rows],
            },
            hide_index=True,
            height=240,
        )


def _map_labels() -> MosaicLabels:
    return MosaicLabels(_("map"), _("row"), _("column"), _("value"))


def _kernel_labels() -> MosaicLabels:
    return MosaicLabels(_("filter"), _("row"), _("column"), _("weight"), _("channel"))
