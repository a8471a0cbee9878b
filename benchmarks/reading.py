"""Looking inside a recurrent network: every gate of a review, and a word typed into it."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.client import warm
from benchmarks.controls import EPOCHS, Control, moved
from benchmarks.figures import Figure, at_least, at_most, told
from benchmarks.trace import beside_keras

REVIEW = "this film was not bad at all and the story is told so well that it was over too soon for me " * 5
WORDS = ("great", "terrible", "boring", "wonderful", "fine", "awful", "good", "bad", "poor", "best")
TYPED = tuple(f"{REVIEW}{first} {second}" for first in WORDS for second in WORDS[:3])
CONTROLS = (
    Control("typing_a_word", "inside_rnn", "read_text", TYPED),
    Control("read_epoch", "inside_rnn", "read_epoch", EPOCHS),
)


def run() -> Iterator[Figure]:
    ours, predict, call = beside_keras("lstm")
    yield at_most("gates_of_100_tokens_ms", ours, "ms", 5)
    yield told("keras_predict_ms", predict, "ms")
    yield told("keras_call_ms", call, "ms")
    yield at_least("gates_speedup", predict / ours, "times", 15)
    with warm("inside_rnn") as server:
        for control in CONTROLS:
            yield from moved(server, control, 150)
