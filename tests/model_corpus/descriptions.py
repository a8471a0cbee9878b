"""Files whose description is none, or is of a model that cannot be shown at all."""

import json

from explorer.specs import ACTIVATIONS
from explorer.specs.model import MAXIMUM_LAYERS
from model_corpus.base import (
    DAMAGED,
    DENSE,
    GOOD,
    NO_SIZE,
    TOO_LONG,
    entry,
    keras_file,
    legacy_file,
    sequential,
    source,
)

CHAIN = "only a chain of layers can be read."


def nothing(reason):
    return f"{reason} No layer before it has weights, so nothing of the model can be shown."


def unsupported(what):
    return nothing(f"The model uses {what}, which this app does not support.")


def first(kind, **config):
    """A file whose first layer is of this kind."""
    return lambda: keras_file(sequential(source(3), entry(kind, **config)))


def units(value):
    return first("Dense", units=value)


def no_units(value):
    return nothing(f"Dense: units = {value} cannot work; it must be a whole number from 1 to 4096.")


def shaped(*shape):
    return lambda: keras_file(sequential(source(*shape), DENSE))


def tensor(name):
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}


def node(*sources, **kwargs):
    args = [tensor(sources[0]) if len(sources) == 1 else [tensor(name) for name in sources]]
    return {"args": args, "kwargs": kwargs}


def part(name, kind, *nodes, **config):
    return {"class_name": kind, "config": {"name": name, **config}, "name": name, "inbound_nodes": list(nodes)}


INPUT = part("x", "InputLayer", batch_shape=[None, 3])


def functional(*layers, inputs=("x",), outputs=("last",)):
    """A functional model of named layers, each with the nodes that call it."""
    ends = {"input_layers": [[name, 0, 0] for name in inputs], "output_layers": [[name, 0, 0] for name in outputs]}
    return {"class_name": "Functional", "config": {"layers": [INPUT, *layers], **ends}}


def dense(name, *nodes):
    return part(name, "Dense", *nodes, units=2)


def graph(*layers, **ends):
    return lambda: keras_file(functional(*layers, **ends))


def older(*layers):
    """The same in the words of Keras 2."""
    return lambda: legacy_file({**functional(*layers), "class_name": "Model"})


CASES = {
    "no JSON": (lambda: keras_file("{"), DAMAGED),
    "not even text": (lambda: keras_file(b"\xff\xfe\x00"), DAMAGED),
    "a list": (lambda: keras_file([]), DAMAGED),
    "a number": (lambda: keras_file(7), DAMAGED),
    "nothing": (lambda: keras_file("null"), DAMAGED),
    "no class": (lambda: keras_file({"config": {"layers": []}}), DAMAGED),
    "class that is no name": (lambda: keras_file({**GOOD, "class_name": {}}), DAMAGED),
    "no layers": (lambda: keras_file({"class_name": "Sequential", "config": {}}), DAMAGED),
    "layers that are a number": (lambda: keras_file({"class_name": "Sequential", "config": {"layers": 5}}), DAMAGED),
    "layer that is a text": (lambda: keras_file(sequential(source(3), "Dense")), DAMAGED),
    "settings that are a list": (
        lambda: keras_file(sequential(source(3), {"class_name": "Dense", "config": [2]})),
        DAMAGED,
    ),
    "numbers of 10,000 digits": (lambda: keras_file(json.dumps(GOOD).replace("2}", "9" * 10_000 + "}")), DAMAGED),
    "nested 100,000 times": (lambda: keras_file("[" * 100_000), TOO_LONG),
    "settings nested 300 times": (
        lambda: keras_file(json.dumps(GOOD).replace('"units": 2', '"units": ' + "[" * 300 + "]" * 300)),
        no_units("[" * 60),
    ),
    "two megabytes long": (lambda: keras_file(" " * 2**21), TOO_LONG),
    "thousands of layers": (
        lambda: keras_file(sequential(source(3), *[DENSE] * 5000)),
        f"The model has 5,000 layers, and at most {MAXIMUM_LAYERS} can be shown here.",
    ),
    "empty model": (lambda: keras_file(sequential()), NO_SIZE),
    "no input": (lambda: keras_file(sequential(DENSE)), NO_SIZE),
    "input without sizes": (shaped(), NO_SIZE),
    "input of open size": (shaped(None, 3), NO_SIZE),
    "input of negative size": (shaped(-3), NO_SIZE),
    "input of no number": (shaped("3"), NO_SIZE),
    "input that is a text": (
        lambda: keras_file(sequential(entry("InputLayer", batch_shape="(None, 3)"), DENSE)),
        NO_SIZE,
    ),
    "input too large": (
        shaped(10**9, 3),
        "The model takes inputs of 1000000000 × 3; at most three sizes up to 4096 can be shown here.",
    ),
    "input of four sizes": (
        shaped(2, 2, 2, 2),
        "The model takes inputs of 2 × 2 × 2 × 2; at most three sizes up to 4096 can be shown here.",
    ),
    "more weights than are read": (
        lambda: keras_file(sequential(source(4096, 4096), entry("Flatten"), entry("Dense", units=4096))),
        "The model file needs 262145 MB and at most 64 MB are read.",
    ),
    "units below zero": (units(-1), no_units("-1")),
    "no units": (units(0), no_units("0")),
    "a thousand million units": (units(10**9), no_units("1000000000")),
    "units that are a text": (units("many"), no_units("'many'")),
    "units that are true": (units(True), no_units("True")),
    "units that are not a number": (units(float("nan")), no_units("nan")),
    "kernel of another rank": (
        lambda: keras_file(sequential(source(8, 8, 1), entry("Conv2D", filters=2, kernel_size=[3, 3, 3]))),
        nothing("Conv2D: kernel_size = (3, 3, 3) cannot work; it must be a whole number from 1 to 28."),
    ),
    "kernel larger than the image": (
        lambda: keras_file(sequential(source(4, 4, 1), entry("Conv2D", filters=2, kernel_size=[9, 9]))),
        nothing("Layer 1 (Conv2D): its window of 9 does not fit into a map of 4; use at most 4, or padding `same`."),
    ),
    "a layer that only this app has": (
        first("Branches", sizes=[3, 4], layers=[[], []]),
        unsupported("the layer Branches"),
    ),
    "Lambda": (
        first("Lambda", function="!!"),
        unsupported("the layer Lambda, which holds code that is never run here"),
    ),
    "Lambda with code": (
        first("Lambda", function={"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}),
        unsupported("the layer Lambda, which holds code that is never run here"),
    ),
    "custom layer": (first("Custom>MyLayer"), unsupported("the layer Custom>MyLayer")),
    "layer that names a function": (first("os.system", command="touch /tmp/x"), unsupported("the layer os.system")),
    "layer with a picture for a name": (
        first("![x](http://evil.example/x.png)"),
        unsupported("the layer ![x](http://evil.example/x.png)"),
    ),
    "layer with a script for a name": (
        first("<script>alert('x')</script>"),
        unsupported("the layer <script>alert('x')</script>"),
    ),
    "layer with a long name": (first("é" * 300), unsupported(f"the layer {'é' * 59}…")),
    "layer with braces for a name": (first("{x.__class__}"), unsupported("the layer {x.__class__}")),
    "custom activation": (
        first("Dense", units=2, activation={"class_name": "function", "config": "my_act", "registered_name": "my_act"}),
        nothing(f"Dense: activation = 'my_act' cannot work; it must be one of {', '.join(ACTIVATIONS)}."),
    ),
    "model in a model": (first("Sequential", layers=[]), unsupported("the model sequential as a layer")),
    "functional model in a model": (first("Functional", layers=[]), unsupported("the model functional as a layer")),
    "class of one's own": (
        lambda: keras_file({**GOOD, "class_name": "MyModel"}),
        "This is a MyModel model; only Sequential models and functional ones without branches can be read.",
    ),
    "branches": (
        graph(dense("a", node("x")), dense("b", node("a")), dense("last", node("a"))),
        f"The model branches after the layer a; {CHAIN}",
    ),
    "joins": (
        graph(dense("a", node("x")), part("last", "Add", node("a", "x"))),
        f"The model joins several branches in the layer last; {CHAIN}",
    ),
    "joins in Keras 2": (
        older(part("last", "Add", [["x", 0, 0, {}], ["x", 0, 0, {}]])),
        f"The model joins several branches in the layer last; {CHAIN}",
    ),
    "two inputs": (
        graph(dense("last", node("x")), inputs=("x", "y")),
        f"The model has 2 inputs, one of them x; {CHAIN}",
    ),
    "two outputs": (
        graph(dense("a", node("x")), dense("last", node("a")), outputs=("a", "last")),
        f"The model has 2 outputs, one of them a; {CHAIN}",
    ),
    "layer used twice": (
        graph(dense("last", node("x"), node("last"))),
        f"The model uses the layer last more than once; {CHAIN}",
    ),
    "circle": (graph(dense("a", node("last")), dense("last", node("a"))), DAMAGED),
    "source that is not there": (graph(dense("last", node("y"))), DAMAGED),
    "two layers of one name": (graph(dense("last", node("x")), dense("last", node("x"))), DAMAGED),
    "output elsewhere": (graph(dense("a", node("x")), outputs=("x",)), DAMAGED),
    "called as in training": (
        older(dense("last", [["x", 0, 0, {"training": True}]])),
        "The model calls the layer last with training, which this app does not support.",
    ),
}
