"""The recurrent networks of the course notes: is a film review good or bad?"""

from __future__ import annotations

import dataclasses

from explorer.datasets import Preparation
from explorer.datasets.tokens import Tokens
from explorer.messages import N_, Message, message
from explorer.presets.base import Preset, Source
from explorer.specs import (
    GRU,
    LSTM,
    Bidirectional,
    CategoryEncoding,
    Conv1D,
    Dense,
    Embedding,
    GlobalMaxPooling1D,
    Layer,
    MaxPooling1D,
    ModelSpec,
    SimpleRNN,
)
from explorer.training.recipe import Recipe

WORDS, LENGTH = 500, 100
SNIPPETS = Tokens(num_words=2_000, maxlen=30)
_RECIPE = Recipe(examples=25_000, epochs=100, batch_size=64, optimizer="rmsprop", learning_rate=1e-4, patience=3)
_NO_SEED = message(N_("The notes fix no seed for the initial weights and the order of the reviews; here it is 42."))
_SIMPLE = dataclasses.replace(_RECIPE, learning_rate=1e-3, clipnorm=1.0, patience=5)
_UNNOTED, _TOKENS = Source(validated=True), Tokens(WORDS, LENGTH)
_BOOK = message(N_("The notes print no accuracy; the number is that of the book that they follow."))
_SMALLER = message(N_("That number was measured with a vocabulary of 200 words."))


def _preset(
    name: str,
    title: Message,
    idea: Message,
    layers: tuple[Layer, ...],
    source: Source = _UNNOTED,
    recipe: Recipe = _RECIPE,
    preparation: Preparation = _TOKENS,
) -> Preset:
    spec = ModelSpec((LENGTH,), (*layers, Dense(1, activation="sigmoid")))
    return Preset(name, title, idea, spec, recipe, "imdb", source, preparation)


def _source(parameters: int, val_accuracy: float, finding: Message, *differs: Message) -> Source:
    return Source(val_accuracy, parameters, _RECIPE, finding, (_BOOK, *differs, _NO_SEED), validated=True)


PRESETS: tuple[Preset, ...] = (
    _preset(
        "rnn-onehot",
        message(N_("Simple recurrent network, one-hot words")),
        message(N_("Every word a row of 500 numbers with a single 1: large inputs, and no word is like another.")),
        (CategoryEncoding(WORDS), SimpleRNN(8)),
        _source(
            4_081,
            0.733,
            message(N_("The notes point out that one-hot rows make the data 500 times as large.")),
            _SMALLER,
        ),
        _SIMPLE,
    ),
    _preset(
        "rnn-embedding",
        message(N_("Simple recurrent network, word embedding")),
        message(N_("Every word a row of 16 learned numbers: smaller, and as good.")),
        (Embedding(WORDS, 16), SimpleRNN(8)),
        _source(
            8_209,
            0.732,
            message(N_("The notes see it do a little better than one-hot rows, with far smaller inputs.")),
            _SMALLER,
            message(N_("With the notes' learning rate of 0.0001 this model stopped at 58 % here.")),
        ),
        _SIMPLE,
    ),
    _preset(
        "lstm",
        message(N_("LSTM")),
        message(N_("A cell state and three gates: what was read early is still there at the end.")),
        (Embedding(WORDS, 16), LSTM(8)),
        _source(8_809, 0.794, message(N_("The notes see LSTM do better still than the simple recurrent layer."))),
    ),
    _preset(
        "lstm-dropout",
        message(N_("LSTM with dropout")),
        message(N_("30 % of the cell's inputs are switched off in training, against overfitting.")),
        (Embedding(WORDS, 16), LSTM(8, dropout=0.3)),
        _source(8_809, 0.792, message(N_("The notes add dropout to the layer, which has an argument for it."))),
    ),
    _preset(
        "lstm-stacked",
        message(N_("Two LSTM layers")),
        message(N_("The first layer returns its state at every word, the second one reads those.")),
        (Embedding(WORDS, 16), LSTM(8, dropout=0.3, return_sequences=True), LSTM(8, dropout=0.3)),
        _source(
            9_353,
            0.782,
            message(N_("The notes stack two layers; every layer but the last must return its sequence.")),
        ),
    ),
    _preset(
        "gru",
        message(N_("GRU")),
        message(N_("Two gates and no cell state: fewer weights than LSTM, and as good.")),
        (Embedding(WORDS, 16), GRU(8)),
        _source(8_633, 0.798, message(N_("The notes call GRU similar to LSTM and simpler."))),
    ),
    _preset(
        "bidirectional-lstm",
        message(N_("Bidirectional LSTM")),
        message(N_("One LSTM reads forwards, another one backwards.")),
        (Embedding(WORDS, 16), Bidirectional(LSTM(8))),
    ),
    _preset(
        "text-conv1d",
        message(N_("1-D convolution over words")),
        message(N_("No memory at all: kernels that find groups of five words, wherever they stand.")),
        (
            Embedding(WORDS, 16),
            Conv1D(16, 5, activation="relu"),
            MaxPooling1D(2),
            Conv1D(16, 5, activation="relu"),
            GlobalMaxPooling1D(),
        ),
    ),
    _preset(
        "rnn-large-vocabulary",
        message(N_("Simple recurrent network, 10,000 words")),
        message(N_("The notes' other model for reviews: a large vocabulary and 32 units.")),
        (Embedding(10_000, 32), SimpleRNN(32)),
        Source(None, 322_113, None, message(N_("The notes define this model and do not train it.")), validated=True),
        Recipe(examples=25_000, epochs=10, batch_size=128, optimizer="rmsprop", learning_rate=1e-3, patience=2),
        Tokens(10_000, LENGTH),
    ),
    Preset(
        "lstm-snippets",
        message(N_("LSTM, movie snippets")),
        message(N_("Not in the notes: reads short texts, in words that come with the app.")),
        ModelSpec(
            (SNIPPETS.maxlen,),
            (Embedding(SNIPPETS.num_words, 16), LSTM(8, dropout=0.3), Dense(1, activation="sigmoid")),
        ),
        Recipe(examples=8_072, epochs=12, batch_size=64, optimizer="rmsprop", learning_rate=1e-3, patience=3),
        "snippets",
        preparation=SNIPPETS,
        noted=False,
    ),
)
