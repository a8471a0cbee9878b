"""Parts of a layer that have settings of their own: what its weights begin with, and what their size costs."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.controls import Fraction, Nested, Scale, check_settings, setting
from explorer.messages import N_

FACTORS = (0.0, 1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True)
class Part:
    """Something inside a layer, named as in Keras."""

    def __post_init__(self) -> None:
        check_settings(self)


PARTS: dict[str, type[Part]] = {}


def part(kind: type[Part]) -> type[Part]:
    PARTS[kind.__name__] = kind
    return kind


def _factor(label: str) -> float:
    made: float = setting(0.001, Scale(label, N_("Weight of this penalty in the loss."), 0.0, 100.0, stops=FACTORS))
    return made


@dataclass(frozen=True)
class Regularizer(Part):
    """A penalty on large weights, added to the loss (Goodfellow, Bengio, Courville: Deep Learning, section 7.1)."""


@part
@dataclass(frozen=True)
class L1(Regularizer):
    """l1 · Σ|w|: pulls every weight with the same force, so small ones become zero."""

    l1: float = _factor(N_("l1"))


@part
@dataclass(frozen=True)
class L2(Regularizer):
    """l2 · Σw²: pulls a weight the more the larger it is, so none becomes zero."""

    l2: float = _factor(N_("l2"))


@part
@dataclass(frozen=True)
class L1L2(Regularizer):
    """l1 · Σ|w| + l2 · Σw²."""

    l1: float = _factor(N_("l1"))
    l2: float = _factor(N_("l2"))


@dataclass(frozen=True)
class Initializer(Part):
    """Where a kernel's weights begin."""


@part
@dataclass(frozen=True)
class GlorotUniform(Initializer):
    """Evenly between ±√(6 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""


@part
@dataclass(frozen=True)
class GlorotNormal(Initializer):
    """Normal with σ = √(2 / (fan_in + fan_out)), cut at 2σ (Glorot and Bengio 2010)."""


@part
@dataclass(frozen=True)
class HeUniform(Initializer):
    """Evenly between ±√(6 / fan_in) (He and others 2015)."""


@part
@dataclass(frozen=True)
class HeNormal(Initializer):
    """Normal with σ = √(2 / fan_in), cut at 2σ (He and others 2015)."""


@part
@dataclass(frozen=True)
class Orthogonal(Initializer):
    """Columns at right angles to each other, each of length 1 (Saxe, McClelland, Ganguli 2014)."""


@part
@dataclass(frozen=True)
class RandomNormal(Initializer):
    """Normal about 0 with the given standard deviation."""

    stddev: float = setting(
        0.05, Fraction(N_("stddev"), N_("Standard deviation σ of the first weights."), 0.0, 10, 0.01)
    )


@part
@dataclass(frozen=True)
class Zeros(Initializer):
    """All weights 0, so that all units stay alike."""


_REGULARIZERS = (L1, L2, L1L2)
_INITIALIZERS = (GlorotUniform, GlorotNormal, HeUniform, HeNormal, Orthogonal, RandomNormal, Zeros)
_GLOROT, _ORTHOGONAL = GlorotUniform(), Orthogonal()


def kernel_initializer() -> Initializer:
    """The setting of a layer's kernel, with Keras's default."""
    made: Initializer = setting(
        _GLOROT, Nested(N_("kernel_initializer"), N_("Where the kernel's weights begin."), _INITIALIZERS)
    )
    return made


def recurrent_initializer() -> Initializer:
    """The setting of a cell's recurrent kernel, with Keras's default."""
    made: Initializer = setting(
        _ORTHOGONAL,
        Nested(N_("recurrent_initializer"), N_("Where the recurrent kernel's weights begin."), _INITIALIZERS),
    )
    return made


def kernel_regularizer() -> Regularizer | None:
    """The setting of a layer's penalty on its kernel, by default none."""
    made: Regularizer | None = setting(
        None,
        Nested(
            N_("kernel_regularizer"),
            N_("A penalty on large weights: L1 makes many of them exactly 0, L2 makes all of them smaller."),
            _REGULARIZERS,
            optional=True,
        ),
    )
    return made
