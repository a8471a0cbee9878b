"""The models of the notes' tour of Keras, small enough to train while one watches."""

from __future__ import annotations

from dataclasses import dataclass, replace

from explorer.datasets.generated import Drawn
from explorer.messages import N_, Message, message
from explorer.specs import LSTM, Branches, Dense, ModelSpec
from explorer.training.recipe import Recipe

_DEFAULT = Drawn()


@dataclass(frozen=True)
class Architecture:
    """A model with generated data that it can learn; `idea` says in a sentence what it is for."""

    name: str
    title: Message
    idea: Message
    spec: ModelSpec
    dataset: str
    recipe: Recipe
    preparation: Drawn = _DEFAULT


_RECIPE = Recipe(examples=800, epochs=40, batch_size=32, learning_rate=0.003, patience=0)

ARCHITECTURES: dict[str, Architecture] = {
    shape.name: shape
    for shape in (
        Architecture(
            "first-network",
            message(N_("First network 4 → 8 → 1")),
            message(N_("A hidden layer of 8 units, and one probability: 40 + 9 = 49 parameters.")),
            ModelSpec((4,), (Dense(8, activation="relu"), Dense(1, activation="sigmoid"))),
            "ring-4",
            _RECIPE,
        ),
        Architecture(
            "feed-forward",
            message(N_("Feed-forward 10 → 64 → 64 → 1")),
            message(N_("Every layer takes all outputs of the one before; nothing goes back.")),
            ModelSpec(
                (10,), (Dense(64, activation="relu"), Dense(64, activation="relu"), Dense(1, activation="sigmoid"))
            ),
            "ring-10",
            replace(_RECIPE, epochs=20),
        ),
        Architecture(
            "linear-regression",
            message(N_("Linear regression 3 → 1")),
            message(N_("One unit without activation: a weighted sum of the features. Its weights end at the rule's.")),
            ModelSpec((3,), (Dense(1),)),
            "line",
            replace(_RECIPE, optimizer="sgd", learning_rate=0.01, epochs=20),
        ),
        Architecture(
            "logistic-regression",
            message(N_("Logistic regression 3 → 1")),
            message(N_("The same sum through a sigmoid is a probability.")),
            ModelSpec((3,), (Dense(1, activation="sigmoid"),)),
            "odds",
            replace(_RECIPE, optimizer="sgd", learning_rate=0.1),
        ),
        Architecture(
            "softmax-regression",
            message(N_("Softmax regression 4 → 3")),
            message(N_("One sum for each class; softmax makes them probabilities that add up to 1.")),
            ModelSpec((4,), (Dense(3, activation="softmax"),)),
            "largest",
            replace(_RECIPE, optimizer="sgd", learning_rate=0.1),
        ),
        Architecture(
            "two-inputs",
            message(N_("Two inputs, 64 and 128")),
            message(N_("Each input goes through layers of its own; concatenated, they give one number.")),
            ModelSpec(
                (192,),
                (
                    Branches(
                        (64, 128),
                        (
                            (Dense(16, activation="relu"), Dense(8, activation="relu")),
                            (Dense(64, activation="relu"), Dense(32, activation="relu"), Dense(8, activation="relu")),
                        ),
                    ),
                    Dense(2, activation="relu"),
                    Dense(1),
                ),
            ),
            "two-sources",
            replace(_RECIPE, examples=4000, epochs=15),
            Drawn(examples=5000),
        ),
        Architecture(
            "lstm",
            message(N_("LSTM over 50 steps of 1 feature")),
            message(N_("An LSTM of 10 units reads the sequence; its last state goes through two dense layers.")),
            ModelSpec((50, 1), (LSTM(10), Dense(10, activation="relu"), Dense(1, activation="sigmoid"))),
            "waves",
            replace(_RECIPE, epochs=30, learning_rate=0.01),
        ),
    )
}
"""By name, in the order of the notes."""
