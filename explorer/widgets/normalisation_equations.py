"""The equations of normalisation with the numbers of one cell put in, as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import streamlit as st

from explorer.inspection.normalization import Normalized

IN_A_LINE = 2
"""Squares that have place in a line."""


def show(found: Normalized, by_column: bool, row: int, feature: int, example: int) -> None:
    """Mean, variance, normalised value and output of one cell, whose row is that of an `example` (all from 0).

    Mean and variance are those of its column with `by_column`, else of its row.
    """
    group = found.inputs[:, feature] if by_column else found.inputs[row]
    name = f"{feature + 1}" if by_column else f"{example + 1}"
    mean, variance = (
        float(np.broadcast_to(array, found.inputs.shape)[row, feature]) for array in (found.mean, found.variance)
    )
    hat = rf"\hat x_{{{example + 1}{feature + 1}}}"
    normalized, output = float(found.normalized[row, feature]), float(found.outputs[row, feature])
    count = len(group)
    squares = [f"({number(value - mean)})^2" if value < mean else f"{number(value - mean)}^2" for value in group]
    lines = [
        rf"\mu_{name} &= \tfrac{{1}}{{{count}}}({_sum(number(value) for value in group)}) = {number(mean)}",
        rf"\sigma^2_{name} &= \tfrac{{1}}{{{count}}}({_broken(squares)}) = {number(variance)}",
        ratio(hat, float(found.inputs[row, feature]), mean, variance, found.epsilon, normalized),
        rf"y_{{{example + 1}{feature + 1}}} &= \gamma_{feature + 1}\,{hat} + \beta_{feature + 1} \\ &= "
        rf"{number(found.gamma[feature])} \cdot {bracketed(normalized)}{signed(found.beta[feature])} "
        rf"= {number(output)}",
    ]
    aligned(lines)


def ratio(name: str, value: float, mean: float, variance: float, epsilon: float, result: float) -> str:
    """One line: (x - mean) / sqrt(variance + epsilon), with its numbers."""
    return (
        rf"{name} &= \frac{{{number(value)}{signed(-mean)}}}{{\sqrt{{{number(variance)} + {number(epsilon)}}}}} "
        rf"= {number(result)}"
    )


def aligned(lines: Iterable[str]) -> None:
    """Lines of equations under each other."""
    body = r" \\[8pt] ".join(lines)
    st.markdown(rf"$$\small\begin{{aligned}} {body} \end{{aligned}}$$")


def number(value: float) -> str:
    """A number of four digits as LaTeX."""
    text = f"{float(value) + 0.0:.4g}"
    mantissa, exponent = text.split("e") if "e" in text else (text, "")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"


def signed(value: float) -> str:
    """A number with its sign before it, to be added to what stands before."""
    text = number(value)
    return f" - {text[1:]}" if text.startswith("-") else f" + {text}"


def bracketed(value: float) -> str:
    """A number in brackets if it is negative."""
    text = number(value)
    return f"({text})" if text.startswith("-") else text


def _broken(terms: list[str]) -> str:
    """A sum that goes on in a second line where one is too long for half of the page."""
    if len(terms) <= IN_A_LINE:
        return " + ".join(terms)
    return rf"{' + '.join(terms[:IN_A_LINE])} \\ &\quad + {' + '.join(terms[IN_A_LINE:])}"


def _sum(numbers: Iterable[str]) -> str:
    first, *others = numbers
    return first + "".join(f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in others)
