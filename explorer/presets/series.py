"""The stacked recurrent network of the course notes for time-series regression."""

from __future__ import annotations

from explorer.datasets.series import Windows
from explorer.messages import N_, message
from explorer.presets.base import Preset, Source
from explorer.specs import GRU, LSTM, Dense, ModelSpec, Recurrent, Shape, SimpleRNN
from explorer.training.recipe import Recipe

CELLS: dict[str, type[Recurrent]] = {"GRU": GRU, "LSTM": LSTM, "SimpleRNN": SimpleRNN}


def stacked(input_shape: Shape, cell: str = "GRU", units: int = 50, layers: int = 2) -> ModelSpec:
    """Recurrent layers on top of each other, all but the last with return_sequences, then the notes' dense layers."""
    kind = CELLS[cell]
    recurrent = [kind(units, return_sequences=place < layers - 1) for place in range(layers)]
    dense = (Dense(100, activation="relu"), Dense(50, activation="relu"), Dense(1))
    return ModelSpec(input_shape, (*recurrent, *dense))


_WINDOWS = Windows()

PRESETS: tuple[Preset, ...] = (
    Preset(
        "series-gru",
        message(N_("Two GRU layers for a series")),
        message(N_("Reads the last two steps of four columns and forecasts the next value of one of them.")),
        stacked((_WINDOWS.seq_length, 4)),
        Recipe(examples=798, epochs=25, batch_size=100, learning_rate=0.003, patience=10),
        dataset="series",
        preparation=_WINDOWS,
        source=Source(
            differs=(
                message(
                    N_(
                        "The notes print the model, seq_length 2, four features and batches of 100, "
                        "but neither their data nor a result."
                    )
                ),
            )
        ),
    ),
)
