"""Pictures of sequence problems: one sample, the models' answers to it and to all, a row of numbers counted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import theme
from explorer.inspection.puzzles import Answers

BAND_OPACITY = 0.16


@dataclass(frozen=True)
class SampleLabels:
    """Words of the axes and of the hover text."""

    step: str
    number: str
    marked: str
    unmarked: str


def sample_figure(
    numbers: np.ndarray,
    marks: np.ndarray,
    title: str,
    labels: SampleLabels,
    *,
    dark: bool = False,
    height: int = 190,
) -> go.Figure:
    """The numbers (time steps,) as bars over the steps; those where `marks` is true stand out, with their values."""
    figure = theme.figure(title, height, dark)
    tones = theme.tones(dark)
    steps = np.arange(1, len(numbers) + 1)
    for chosen, name, colour in ((~marks, labels.unmarked, tones.gap), (marks, labels.marked, tones.palette[1])):
        shown = numbers[chosen]
        figure.add_trace(
            go.Bar(
                x=steps[chosen],
                y=shown,
                name=name,
                width=0.85,
                marker={"color": colour},
                text=[f"{number:.3f}" for number in shown] if name == labels.marked else None,
                textposition="outside",
                textangle=0,
                cliponaxis=False,
                constraintext="none",
                hovertemplate=f"{labels.step} %{{x}}: %{{y:.6f}}<extra>{name}</extra>",
            )
        )
    figure.update_layout(barmode="overlay", legend={"orientation": "h", "y": 1.22})
    figure.update_xaxes(title={"text": labels.step, "standoff": 4}, range=[0.3, len(numbers) + 0.7], showgrid=False)
    figure.update_yaxes(title={"text": labels.number}, range=[0, 1.18], tickvals=[0, 0.5, 1])
    return figure


@dataclass(frozen=True)
class AnswerLabels:
    """Words of the figures of answers."""

    answer: str
    truth: str
    band: str


@dataclass(frozen=True)
class Answer:
    """What one model says, and whether that is right (None: nobody knows)."""

    name: str
    value: float
    right: bool | None


def answers_figure(
    answers: Sequence[Answer],
    truth: float | None,
    tolerance: float,
    title: str,
    labels: AnswerLabels,
    *,
    dark: bool = False,
    height: int = 200,
) -> go.Figure:
    """A row per model with its answer; the line is the truth, the band around it what counts as right."""
    figure = theme.figure(title, height, dark)
    tones = theme.tones(dark)
    for index, answer in enumerate(answers):
        mark = {None: "", True: " ✓", False: " ✗"}[answer.right]
        name = theme.plain(answer.name)
        figure.add_trace(
            go.Scatter(
                x=[answer.value],
                y=[name],
                mode="markers+text",
                marker={
                    "size": 12,
                    "color": tones.palette[index % len(tones.palette)],
                    "symbol": "circle-open" if answer.right is False else "circle",
                    "line": {"width": 2.5, "color": tones.palette[index % len(tones.palette)]},
                },
                text=[f"{answer.value:.4f}{mark}"],
                textposition="top center",
                cliponaxis=False,
                showlegend=False,
                hovertemplate=f"{name}<br>{labels.answer} %{{x:.6f}}<extra></extra>",
            )
        )
    values = [answer.value for answer in answers]
    if truth is not None:
        figure.add_vrect(
            truth - tolerance, truth + tolerance, fillcolor=theme.GREEN, opacity=BAND_OPACITY, line={"width": 0}
        )
        figure.add_vline(truth, line={"color": theme.GREEN, "width": 2})
        figure.add_annotation(x=truth, y=1, yref="paper", yanchor="bottom", showarrow=False, text=f"{truth:.4f}")
        values += [truth - tolerance, truth + tolerance]
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = max(0.08 * (high - low), 0.03)
    figure.update_xaxes(title={"text": labels.answer, "standoff": 4}, range=[low - room, high + room])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(margin={"t": 56})
    return figure


def readings_figure(
    readings: Mapping[str, np.ndarray],
    marks: Sequence[int],
    truth: float,
    tolerance: float,
    title: str,
    labels: AnswerLabels,
    step: str,
    *,
    dark: bool = False,
    height: int = 220,
) -> go.Figure:
    """What each model would say if the sequence ended after a step: lines over the steps; `marks` count from 1."""
    figure = theme.figure(title, height, dark)
    palette = theme.tones(dark).palette
    figure.add_hrect(
        truth - tolerance, truth + tolerance, fillcolor=theme.GREEN, opacity=BAND_OPACITY, line={"width": 0}
    )
    figure.add_hline(truth, line={"color": theme.GREEN, "width": 1.5})
    for place in marks:
        figure.add_vline(place, line={"color": palette[1], "width": 1.5, "dash": "dot"})
    for index, (name, values) in enumerate(readings.items()):
        figure.add_trace(
            go.Scatter(
                x=np.arange(1, len(values) + 1),
                y=values.astype(np.float32),
                name=theme.plain(name),
                mode="lines",
                line={"color": palette[index % len(palette)], "width": 2},
                hovertemplate=f"{step} %{{x}}: %{{y:.4f}}<extra>{theme.plain(name)}</extra>",
            )
        )
    longest = max((len(values) for values in readings.values()), default=1)
    figure.update_xaxes(title={"text": step, "standoff": 4}, range=[0.3, longest + 0.7], showgrid=False)
    figure.update_yaxes(title={"text": labels.answer})
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, margin={"t": 52})
    return figure


def errors_figure(
    found: Mapping[str, Answers],
    title: str,
    labels: AnswerLabels,
    example: str,
    *,
    chosen: int | None = None,
    first: int = 0,
    dark: bool = False,
    height: int = 430,
) -> go.Figure:
    """True against predicted numbers of several models, a point per example, with the band of right answers.

    `example` is the hover text's word before an example's number, which counts from `first`;
    the example `chosen` is ringed.
    """
    figure = theme.figure(title, height, dark)
    tones = theme.tones(dark)
    ends = _ends(found)
    tolerance = next((answers.tolerance for answers in found.values()), 0.0)
    for side in (-tolerance, tolerance):
        figure.add_trace(
            go.Scatter(
                x=ends,
                y=ends + side,
                mode="lines",
                line={"width": 0},
                fill="tonexty" if side > 0 else None,
                fillcolor=f"rgba(0, 158, 115, {BAND_OPACITY})",
                name=labels.band,
                showlegend=side > 0,
                hoverinfo="skip",
            )
        )
    for index, (name, answers) in enumerate(found.items()):
        colour = tones.palette[index % len(tones.palette)]
        figure.add_trace(_points(theme.plain(name), answers, colour, labels, example, first))
        if chosen is not None:
            ring = {"size": 15, "symbol": "circle-open", "color": tones.text, "line": {"width": 2}}
            figure.add_trace(
                go.Scatter(
                    x=answers.truth[[chosen]],
                    y=answers.predicted[[chosen]],
                    mode="markers",
                    marker=ring,
                    hoverinfo="skip",
                    showlegend=False,
                )
            )
    figure.update_xaxes(title={"text": labels.truth, "standoff": 4}, range=list(ends))
    figure.update_yaxes(title={"text": labels.answer})
    legend = {"orientation": "h", "y": 1.01, "yanchor": "bottom", "traceorder": "normal"}
    figure.update_layout(legend=legend, margin={"t": 56})
    return figure


def _ends(found: Mapping[str, Answers]) -> np.ndarray:
    """From the smallest to the largest truth, with some room."""
    truths = np.concatenate([answers.truth for answers in found.values()] or [np.array([0.0, 1.0])])
    low, high = float(truths.min()), float(truths.max())
    room = max(0.04 * (high - low), 0.02)
    return np.array([low - room, high + room])


def _points(name: str, answers: Answers, colour: str, labels: AnswerLabels, example: str, first: int) -> go.Scatter:
    return go.Scatter(
        x=answers.truth.astype(np.float32),
        y=answers.predicted.astype(np.float32),
        mode="markers",
        name=name,
        marker={
            "size": 6 if len(answers.truth) > 50 else 11,
            "color": colour,
            "opacity": 0.7,
            "symbol": np.where(answers.right, "circle", "circle-open").tolist(),
        },
        customdata=np.stack([np.arange(first, first + len(answers.truth)), answers.errors], axis=-1).astype(np.float32),
        hovertemplate=(
            f"{example} %{{customdata[0]}}<br>{labels.truth} %{{x:.4f}}<br>{labels.answer} %{{y:.4f}}"
            f" (%{{customdata[1]:+.4f}})<extra>{name}</extra>"
        ),
    )
