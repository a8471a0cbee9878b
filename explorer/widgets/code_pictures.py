"""The code of the pictures on the pages *Inside a CNN* and *Inside an RNN*, and of the training before them."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np

from explorer.archive.writing import write
from explorer.messages import N_, message
from explorer.network import Network
from explorer.training.codegen import pictures
from explorer.training.record import RunRecord
from explorer.widgets import code_panel, inside_choice, rnn_inside_choice
from explorer.widgets.code_panel import Code
from explorer.widgets.language import _


def maps(choice: inside_choice.Choice) -> None:
    """The code of a layer's maps."""
    _panel("inside", lambda: _maps(choice), choice.run.record)


def gates(choice: rnn_inside_choice.Choice) -> None:
    """The code of a cell's gates over the text in sight."""
    _panel("read", lambda: _gates(choice), choice.run.record)


def _panel(key: str, make: Callable[[], Code], record: RunRecord) -> None:
    choices: list[tuple[str, Callable[[], Code | None]]] = [(_("This picture"), make)]
    if not record.uploaded:
        choices.append((_("Its training"), lambda: code_panel.of_training(record.request)))
    code_panel.panel(key, *choices)


def _maps(choice: inside_choice.Choice) -> Code:
    image, network = choice.image, choice.network
    about = message(
        N_("The maps of {layer} for this very image, with the weights of the picture, edited ones too."),
        layer=choice.layer,
    )
    return Code(
        "maps",
        pictures.maps_code(choice.layer, choice.output.shape),
        about,
        lambda: {pictures.MODEL_FILE: _model(network), pictures.IMAGE_FILE: _npy(image)},
    )


def _gates(choice: rnn_inside_choice.Choice) -> Code:
    network, name = choice.network, choice.layer
    masked = choice.reading.trace[name].context.mask is not None
    about = message(N_("Every gate and state of {layer} over this very text, by the textbook's equations."), layer=name)
    return Code(
        "gates",
        pictures.cells_code(network.spec, name, choice.reading.tokens, masked),
        about,
        lambda: {pictures.MODEL_FILE: _model(network)},
    )


def _model(network: Network) -> bytes:
    return write(network.spec.stateless(), network.weights)


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array.astype(np.float32), allow_pickle=False)
    return buffer.getvalue()
