"""What the page *Inside a CNN* looks at: a model, an epoch, an image, a layer. All of it in the link."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.inspection.edits import Edit
from explorer.inspection.preprocessing import Step
from explorer.messages import N_, ExplorerError
from explorer.network import Network, Trace
from explorer.training.record import RunRecord
from explorer.training.store import Run
from explorer.widgets import data, inside_alone, inside_image, link, shell, upload_model
from explorer.widgets.language import _, md, t
from explorer.widgets.run_choice import of_images, run_choice

MODEL, EPOCH, LAYER, SCALE = "model", "epoch", "layer", "scale"


@dataclass(frozen=True)
class Choice:
    """A run's model at an epoch and untrained, and its forward pass for one image.

    `image` (height, width, channels) holds float32 from 0 to 1; an image of the reader's own has
    neither an `index` among the test images nor a `label`, but `steps` of preparation. With `edits` in force, `network`
    and `trace` are the edited ones and `original` is the choice without them.
    """

    run: Run
    epoch: int
    network: Network
    untrained: Network
    image: np.ndarray
    index: int | None
    label: int | None
    layer: str
    own_scale: bool
    trace: Trace
    edits: tuple[Edit, ...] = ()
    original: Choice | None = None
    steps: tuple[Step, ...] = ()

    @property
    def classes(self) -> list[str]:
        """The class names in the reader's language."""
        return [t(name) for name in self.run.record.request.task.classes]

    @property
    def as_photo(self) -> bool:
        """Whether 0 is drawn as black, not in the colour of the paper: the images are pictures of the reader's own."""
        return self.run.record.request.source.own

    @property
    def picture(self) -> np.ndarray:
        """The image as it can be drawn: grey or RGB."""
        return self.image if self.image.shape[-1] in (1, 3) else self.image[..., :1]

    @property
    def when(self) -> str:
        """Which weights these are, in the reader's language."""
        return moment(self.run.record, self.epoch)

    @property
    def shares(self) -> np.ndarray | None:
        """The model's shares of the classes, adding up to 1; None if it gives anything else."""
        found, count = self.trace.output[0], len(self.run.record.request.task.classes)
        if found.shape == (1,) and count == 2:
            return np.concatenate([1 - found, found])
        return found if found.shape == (count,) and count else None

    @property
    def output(self) -> np.ndarray:
        """The chosen layer's output for the image."""
        return self.trace[self.layer].output[0]

    @property
    def kernels(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The chosen layer's kernel at the epoch and untrained, if it has one; of a file both are the file's."""
        now, before = (network.weights[self.layer].get("kernel") for network in (self.network, self.untrained))
        return None if now is None or before is None else (now, before)


def controls() -> Choice | None:
    """Draw the controls; None (with a sentence said) when there is nothing to look at."""
    try:
        run = run_choice(_("Model"), MODEL, "cnn-two-blocks", fits=of_images)
        upload_model.button(MODEL, of_images)
        epoch = epoch_choice(run, EPOCH)
        request = run.record.request
        split = None if data.without(request) else data.test_images(request)
        now, before = network(run, epoch), network(run, 0)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    image = inside_alone.choose(request) if split is None else inside_image.choose(request, split)
    layer = _layer_choice(now)
    own_scale = _scale_choice() == "own"
    if image is None:
        return None
    return Choice(
        run=run,
        epoch=epoch,
        network=now,
        untrained=before,
        image=image.pixels,
        index=image.index,
        label=image.label,
        layer=layer,
        own_scale=own_scale,
        trace=now.trace(image.pixels[np.newaxis]),
        steps=image.steps,
    )


def network(run: Run, epoch: int) -> Network:
    """A run's model at an epoch, read once for each state of its files."""
    files = [path for path in (run.model_file, run.snapshot_file) if path.exists()]
    return _network(run.record.id, epoch, tuple(path.stat().st_mtime_ns for path in files))


@st.cache_resource(max_entries=64, show_spinner=False)
def _network(run_id: str, epoch: int, written: tuple[int, ...]) -> Network:
    return shell.engine().store.open(run_id).network(epoch)


def moment(record: RunRecord, epoch: int) -> str:
    """Which weights of a run those of an epoch are, in the reader's language."""
    return _("as uploaded") if record.uploaded else t(N_("epoch {epoch}"), epoch=epoch)


def epoch_choice(run: Run, key: str) -> int:
    """The one slider that moves every picture of a page, in the link under `key`."""
    default, epochs, kept = run.kept_epoch, run.epochs, run.record.best_epoch
    if run.record.uploaded:
        upload_model.told(run.record)
        return default
    if len(epochs) == 1:
        st.caption(md(N_("Only the weights of epoch {epoch} were kept."), epoch=epochs[0]))
        return epochs[0]
    link.restore(key, link.one_of(epochs))
    link.limit(key, epochs)
    chosen = st.select_slider(
        _("Epoch"),
        epochs,
        value=default,
        format_func=lambda epoch: _("untrained") if epoch == 0 else str(epoch),
        key=key,
        persist_state="session",
        help=_("0 is the untrained model. The slider moves all pictures of this page."),
    )
    link.keep(key, chosen, default)
    if kept is not None:
        st.caption(md(N_("The weights that were kept are those of epoch {epoch}."), epoch=kept))
    return int(chosen)


def _layer_choice(shown: Network) -> str:
    return str(
        link.selectbox(
            _("Layer"),
            shown.spec.names(),
            LAYER,
            help=_("The layer whose maps, kernels and weights are drawn."),
        )
    )


def _scale_choice() -> str:
    return link.segmented(
        _("Scale of the maps"),
        {"shared": _("shared"), "own": _("own")},
        SCALE,
        help=_("One colour scale for all maps, or each map stretched over its own values."),
    )
