"""Layers and models as plain data, with Keras's argument names.

A specification knows what Keras would build from it: output shapes, weight shapes,
parameters and floating point operations, all without importing Keras. The same object is
the form's state, the training job's payload, and JSON in a link or a file.

Shapes leave out the batch axis: an image is ``(height, width, channels)``, a vector
``(features,)``. Floating point operations are counted for one example at prediction, as
TensorFlow's profiler counts them: a multiply-add is two operations, and ReLU is free.
"""

from explorer.specs.base import ACTIVATIONS, ANY, IMAGE, LAYERS, PADDINGS, SEQUENCE, Layer, Shape, SpecError
from explorer.specs.branches import Branches
from explorer.specs.convolutional import (
    AveragePooling2D,
    Conv2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
    window_count,
)
from explorer.specs.core import Activation, BatchNormalization, Dense, Dropout, Flatten, Rescaling
from explorer.specs.model import LayerSummary, ModelSpec
from explorer.specs.parts import (
    L1,
    L1L2,
    L2,
    PARTS,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Initializer,
    Orthogonal,
    Part,
    RandomNormal,
    Regularizer,
    Zeros,
)
from explorer.specs.recurrent import GRU, LSTM, Bidirectional, Recurrent, SimpleRNN
from explorer.specs.sequence import (
    CategoryEncoding,
    Conv1D,
    Embedding,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerNormalization,
    MaxPooling1D,
)

__all__ = [
    "Branches",
    "Zeros",
    "Regularizer",
    "RandomNormal",
    "Part",
    "Orthogonal",
    "Initializer",
    "HeUniform",
    "HeNormal",
    "GlorotUniform",
    "GlorotNormal",
    "PARTS",
    "L1L2",
    "L2",
    "L1",
    "Activation",
    "ACTIVATIONS",
    "ANY",
    "GRU",
    "IMAGE",
    "LAYERS",
    "LSTM",
    "PADDINGS",
    "SEQUENCE",
    "AveragePooling2D",
    "BatchNormalization",
    "Bidirectional",
    "CategoryEncoding",
    "Conv1D",
    "Conv2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "Layer",
    "LayerNormalization",
    "LayerSummary",
    "MaxPooling1D",
    "MaxPooling2D",
    "ModelSpec",
    "Recurrent",
    "Rescaling",
    "Shape",
    "SimpleRNN",
    "SpecError",
    "window_count",
]
