"""Where a model is wrong: confusion matrix, accuracy by class, and its most confident mistakes as pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.confusion import ConfusionLabels, confusion_figure
from explorer.figures.shares import shares_figure
from explorer.inspection.evaluation import Evaluation, Mistake
from explorer.messages import N_, ExplorerError
from explorer.training import uploaded
from explorer.training.predictions import read_predictions
from explorer.training.store import Run
from explorer.widgets import data, figure, inside_image, link, shell
from explorer.widgets.inside_choice import Choice
from explorer.widgets.language import _, md, t

TRUE, PREDICTED = "true_class", "predicted_class"
ANY = "any"
COLUMNS, ROWS = 6, 2
_SHOWN = 96
"""Pixels of the screen that a picture takes in each direction."""


def mistakes(choice: Choice) -> None:
    """How the kept model does on all test images, and the mistakes that can be opened."""
    found = _evaluation(choice.run)
    if found is None:
        return
    st.caption(
        md(
            N_("The model as it was kept (epoch {epoch}) on {count} test images; the epoch slider does not change it."),
            epoch=choice.run.record.best_epoch,
            count=f"{len(found.labels):,}",
        )
    )
    left, right = st.columns([3, 2])
    with left:
        _confusion(found, choice.classes)
    with right:
        _per_class(found, choice.classes)
    _gallery(choice, found)


def _evaluation(run: Run) -> Evaluation | None:
    """The run's test; None, with a sentence said, if it has none."""
    if not run.predictions_file.exists() and run.record.uploaded:
        _offer(run)
        return None
    if not run.predictions_file.exists():
        st.info(
            _("This run is still training; its mistakes are counted when it ends.")
            if run.record.status.active
            else _("This run has kept no predictions of the test images; train it again to see its mistakes."),
            icon=":material/quiz:",
        )
        return None
    try:
        return _read(run.record.id, run.predictions_file.stat().st_mtime_ns)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None


def _offer(run: Run) -> None:
    """A model from a file has not been tested here; its answers to test images are computed when they are wanted."""
    if data.without(run.record.request):
        st.info(
            _("This model came without its data, so nobody here knows which of its answers are wrong."),
            icon=":material/quiz:",
        )
        return
    st.info(_("This model came in a file and has not been tested here yet."), icon=":material/quiz:")
    count = min(uploaded.MOST_TESTED, len(data.test_images(run.record.request).labels))
    label = t(N_("Test it on {count} test images"), count=f"{count:,}")
    st.button(label, icon=":material/play_arrow:", key="test-uploaded", on_click=_test, args=(run,))


def _test(run: Run) -> None:
    """Test a model from a file; for callbacks."""
    try:
        uploaded.answer_tests(run, data.test_images(run.record.request))
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")


@st.cache_resource(max_entries=16, show_spinner=False)
def _read(run_id: str, written: int) -> Evaluation:
    return Evaluation(*read_predictions(shell.engine().store.open(run_id).predictions_file))


def _confusion(found: Evaluation, classes: list[str]) -> None:
    title = t(N_("{share} of {count} right; colours by powers of ten"), **_counts(found))
    labels = ConfusionLabels(_("true class"), _("predicted class"), _("images"), _("share of its class"))
    drawn = confusion_figure(found.confusion(), classes, title, labels, dark=shell.dark())
    worst = [f"{classes[row]} → {classes[column]} {count}" for row, column, count in _largest(found.confusion())]
    figure.show(drawn, "confusion", f"{title}. {', '.join(worst)}")


def _counts(found: Evaluation) -> dict[str, str]:
    return {"share": f"{found.accuracy:.2%}", "count": f"{len(found.labels):,}"}


def _largest(confusion: np.ndarray, count: int = 5) -> list[tuple[int, int, int]]:
    """The cells beside the diagonal with the most images."""
    wrong = confusion - np.diag(confusion.diagonal())
    places = np.argsort(-wrong, axis=None, kind="stable")[:count]
    cells = [divmod(int(place), len(confusion)) for place in places]
    return [(row, column, int(confusion[row, column])) for row, column in cells]


def _per_class(found: Evaluation, classes: list[str]) -> None:
    title = _("By class")
    values = {_("recognised (recall)"): found.recall(), _("precision"): found.precision()}
    drawn = shares_figure(values, classes, title, dark=shell.dark(), height=max(430, 60 + 25 * len(classes)))
    shares = zip(classes, *values.values(), strict=True)
    figure.show(drawn, "per-class", ", ".join(f"{name} {recall:.1%} / {right:.1%}" for name, recall, right in shares))


@dataclass(frozen=True)
class _Opened:
    """A mistake whose image is at hand, and its place among the test images there."""

    mistake: Mistake
    place: int


def _gallery(choice: Choice, found: Evaluation) -> None:
    """Pictures of the most confident mistakes of the chosen cell."""
    request = choice.run.record.request
    with st.container(horizontal=True, gap="small"):
        label = _class_choice(_("True class"), TRUE, choice.classes)
        predicted = _class_choice(_("Predicted class"), PREDICTED, choice.classes)
    wrong = found.mistakes(label, predicted)
    places = data.test_places(request)
    shown = [_Opened(mistake, int(places[mistake.index])) for mistake in wrong if places[mistake.index] >= 0]
    st.caption(_said(len(wrong), len(shown)))
    images = data.test_images(request).inputs
    for first in range(0, min(len(shown), ROWS * COLUMNS), COLUMNS):
        for column, opened in zip(st.columns(COLUMNS), shown[first : first + COLUMNS], strict=False):
            with column:
                _picture(opened, images[opened.place], choice)


def _class_choice(title: str, key: str, classes: list[str]) -> int | None:
    names = {ANY: _("any"), **{str(number): name for number, name in enumerate(classes)}}
    chosen = link.selectbox(title, list(names), key, format_func=names.__getitem__, width=200)
    return None if chosen == ANY else int(chosen)


def _said(wrong: int, shown: int) -> str:
    if not wrong:
        return md(N_("No such mistake among the test images."))
    if shown == wrong:
        return md(N_("{count} mistakes, the most confident first."), count=f"{wrong:,}")
    return md(
        N_(
            "{count} mistakes; the images of {shown} of them are in the embedded sample of the test images and can be "
            "shown, the most confident first."
        ),
        count=f"{wrong:,}",
        shown=f"{shown:,}",
    )


def _picture(opened: _Opened, image: np.ndarray, choice: Choice) -> None:
    label, predicted = choice.classes[opened.mistake.label], choice.classes[opened.mistake.predicted]
    pixels = image if choice.as_photo or shell.dark() else 255 - image
    times = -(-_SHOWN // len(image))
    large = (pixels[..., 0] if pixels.shape[-1] == 1 else pixels).repeat(times, axis=0).repeat(times, axis=1)
    text = N_("{label}, taken for {predicted}: {share}")
    values = {"label": label, "predicted": predicted, "share": f"{opened.mistake.share:.1%}"}
    st.image(large, width=_SHOWN, alt=t(text, **values))
    st.caption(md(text, **values))
    st.button(
        _("Open"),
        key=f"open-{opened.place}",
        help=t(N_("Look at test image {index}"), index=opened.place),
        on_click=inside_image.open_test_image,
        args=(opened.place,),
    )
