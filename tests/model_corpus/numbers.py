"""Files whose weights lie elsewhere, are declared larger than they are, or do not fit the description."""

import zlib

import h5py
import numpy as np

from model_corpus.base import DAMAGED, entry, good_weights, hdf5, keras_file, legacy_file, sequential, source

KERNEL, BIAS = "layers/dense/vars/0", "layers/dense/vars/1"
SHAPES = "The weights of layer 1 do not have the shapes that the model needs."
MISSING = "The file has no weights for layer 1 (Dense); save the whole model again."
ALONE = "This file has only the weights of a model; save the whole model with model.save instead."


def elsewhere(what, place=KERNEL):
    return f"The file has {what} at {place}; only weights in the file itself are read."


def not_held(size, place=KERNEL):
    return f"The file says that {place} holds {size} numbers, but other data is stored there; save the model again."


def instead(write, place=KERNEL):
    """A good model with something else in place of its kernel."""

    def fill(file):
        good_weights(file)
        del file[place]
        write(file, place)

    return lambda: keras_file(fill=fill)


def put(value):
    def write(file, place):
        file[place] = value

    return write


def made(*shape, dtype="f4", **options):
    """An array declared, but never filled."""

    def write(file, place):
        file.create_dataset(place, shape, dtype, **options)

    return write


def raw(file, place):
    file.create_dataset(place, (3, 2), "f4", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])


def virtual(file, place):
    layout = h5py.VirtualLayout((3, 2), "f4")
    layout[:] = h5py.VirtualSource("/etc/hostname", "x", (3, 2))
    file.create_virtual_dataset(place, layout)


def chunk(content, **options):
    """A compressed array whose one piece is stored as given."""

    def write(file, place):
        array = file.create_dataset(place, (3, 2), "f4", chunks=(3, 2), compression="gzip", **options)
        array.id.write_direct_chunk((0, 0), content)

    return write


def packed_elsewhere(file, place):
    """A filter that HDF5 would look for among the plug-ins on disk."""
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk((3, 2))
    creation.set_filter(32_000, h5py.h5z.FLAG_OPTIONAL, ())
    space = h5py.h5s.create_simple((3, 2))
    made = h5py.h5d.create(file["layers/dense/vars"].id, b"0", h5py.h5t.NATIVE_FLOAT, space, creation)
    made.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ones((3, 2), np.float32))


def deep(file, place):
    group = file["layers/dense/vars"]
    for _level in range(3000):
        group = group.create_group("0")


def many(file, place):
    file[place] = np.ones((3, 2), np.float32)
    for number in range(2, 3000):
        file[f"layers/dense/vars/{number}"] = file[place]


def circle(file, place):
    file[place] = file["layers"]


def largest(file):
    """Weights as large as the description asks for, of which the file holds none."""
    file.create_dataset("layers/dense/vars/0", (4000, 4000), "f4")
    file.create_dataset("layers/dense/vars/1", (4000,), "f4")


LARGE = sequential(source(4000), entry("Dense", units=4000))


def attribute(name, value):
    def fill(file):
        del file.attrs[name]
        file.attrs[name] = value

    return lambda: legacy_file(fill=fill)


def named(*names):
    def fill(file):
        file["model_weights/dense"].attrs["weight_names"] = [name.encode() for name in names]

    # Only the newer layout has room for long attributes.
    return lambda: legacy_file(fill=fill, libver="latest")


def linked(link):
    def fill(file):
        del file["model_weights/dense"]
        file["model_weights/dense"] = link

    return lambda: legacy_file(fill=fill)


def saved_weights(file):
    file.attrs["layer_names"] = [b"dense"]


def nothing_of(place):
    def fill(file):
        del file[place]

    return lambda: legacy_file(fill=fill)


NOT_FINITE = "{} of layer dense_1 holds values that are not numbers; the training diverged."

CASES = {
    "link to another file": (instead(put(h5py.ExternalLink("/etc/passwd", "/"))), elsewhere("a link to another file")),
    "link to another place": (instead(put(h5py.SoftLink("/" + BIAS))), elsewhere("a link to another place")),
    "link to itself": (instead(put(h5py.SoftLink("/" + KERNEL))), elsewhere("a link to another place")),
    "group that is a link": (
        instead(put(h5py.ExternalLink("other.h5", "/")), "layers/dense/vars"),
        elsewhere("a link to another file", "layers/dense/vars"),
    ),
    "layers that are a link": (
        instead(put(h5py.SoftLink("/")), "layers"),
        elsewhere("a link to another place", "layers"),
    ),
    "legacy group that is a link": (
        linked(h5py.ExternalLink("/etc/passwd", "/")),
        elsewhere("a link to another file", "model_weights/dense"),
    ),
    "raw data of another file": (instead(raw), elsewhere("raw data of another file")),
    "virtual dataset": (instead(virtual), elsewhere("a virtual dataset, put together from other files")),
    "whole numbers": (
        instead(put(np.ones((3, 2), np.int32))),
        elsewhere("int32 instead of floating-point numbers"),
    ),
    "text": (instead(put(np.array([[b"x"] * 2] * 3))), elsewhere("|S1 instead of floating-point numbers")),
    "texts of any length": (
        instead(made(3, 2, dtype=h5py.string_dtype())),
        elsewhere("object instead of floating-point numbers"),
    ),
    "references": (
        instead(made(3, 2, dtype=h5py.ref_dtype)),
        elsewhere("object instead of floating-point numbers"),
    ),
    "complex numbers": (
        instead(put(np.ones((3, 2), np.complex64))),
        elsewhere("complex64 instead of floating-point numbers"),
    ),
    "numbers of 128 bits": (
        instead(put(np.ones((3, 2), np.longdouble))),
        elsewhere(f"{np.dtype(np.longdouble)} instead of floating-point numbers"),
    ),
    "records": (
        instead(made(3, 2, dtype=[("a", "f4"), ("b", "f4")])),
        elsewhere("[('a', '<f4'), ('b', '<f4')] instead of floating-point numbers"),
    ),
    "huge shape": (instead(made(2**40, 2**20, chunks=(1024, 1024))), SHAPES),
    "shape without end": (
        instead(made(3, 2, maxshape=(None, None), chunks=(64, 64))),
        elsewhere("pieces larger than the whole"),
    ),
    "declared, never stored": (lambda: keras_file(LARGE, largest), not_held("16,000,000")),
    "pieces that were never stored": (instead(made(3, 2, chunks=(3, 2))), not_held("6")),
    "pieces of one number each": (
        lambda: keras_file(
            sequential(source(200), entry("Dense", units=200)),
            lambda file: made(200, 200, chunks=(1, 1))(file, KERNEL) or made(200)(file, BIAS),
        ),
        elsewhere("more than 20,000 pieces"),
    ),
    "piece that unpacks to 50 MB": (instead(chunk(zlib.compress(bytes(50 * 2**20), 9))), not_held("6")),
    "piece that unpacks to more": (instead(chunk(zlib.compress(bytes(1000)))), not_held("6")),
    "piece that unpacks to less": (instead(chunk(zlib.compress(bytes(3)))), not_held("6")),
    "piece that does not unpack": (instead(chunk(b"x" * 20)), DAMAGED),
    "filter of a plug-in": (instead(packed_elsewhere), elsewhere("numbers packed in a way that is not read here")),
    "another compression": (
        instead(made(3, 2, chunks=(3, 2), compression="lzf", data=np.ones((3, 2), np.float32))),
        elsewhere("numbers packed in a way that is not read here"),
    ),
    "3,000 groups deep": (instead(deep), MISSING),
    "3,000 links": (instead(many), DAMAGED),
    "circle of groups": (instead(circle), MISSING),
    "group in place of numbers": (instead(lambda file, place: file.create_group(place)), MISSING),
    "no kernel": (instead(lambda file, place: None), MISSING),
    "no weights": (lambda: keras_file(fill=lambda file: file.create_group("layers")), MISSING),
    "turned kernel": (instead(put(np.ones((2, 3), np.float32))), SHAPES),
    "scalar kernel": (instead(put(np.float32(1))), SHAPES),
    "not a number": (instead(put(np.full((3, 2), np.nan, np.float32))), NOT_FINITE.format("kernel")),
    "infinite": (instead(put(np.float16([1, np.inf])), BIAS), NOT_FINITE.format("bias")),
    "beyond 32 bits": (instead(put(np.array([1, 1e300])), BIAS), NOT_FINITE.format("bias")),
    "weights alone in the old layout": (lambda: hdf5(saved_weights), ALONE),
    "weights alone": (hdf5, ALONE),
    "hdf5 of anything": (lambda: hdf5(lambda file: file.create_dataset("x", (2,))), DAMAGED),
    "description that is a list": (attribute("model_config", [b"{}", b"{}"]), DAMAGED),
    "description that is a number": (attribute("model_config", 5), DAMAGED),
    "description that is empty": (attribute("model_config", h5py.Empty("S5")), DAMAGED),
    "no legacy weights": (nothing_of("model_weights"), MISSING),
    "no group of the layer": (nothing_of("model_weights/dense"), MISSING),
    "name of a weight that leads up": (named("../dense/kernel:0", "dense/bias:0"), MISSING),
    "name of a weight from the root": (named("/etc/passwd", "dense/bias:0"), MISSING),
    "name of a weight with 3,000 steps": (named("a/" * 3000 + "x", "dense/bias:0"), MISSING),
    "names of 5,000 weights": (named(*["dense/bias:0"] * 5000), DAMAGED),
    "names in the wrong order": (named("dense/bias:0", "dense/kernel:0"), SHAPES),
}
