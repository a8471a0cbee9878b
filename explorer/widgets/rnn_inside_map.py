"""The words as the network sees them: its embedding in two dimensions, and which words lie next to each other."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.figures.embedding_map import MapLabels, embedding_figure
from explorer.inspection import embedding_map as maps
from explorer.inspection import word_vectors
from explorer.inspection.embedding_map import Axes
from explorer.messages import N_
from explorer.network import Network
from explorer.specs import CategoryEncoding, Embedding
from explorer.text import tokenise
from explorer.widgets import figure, inside_choice, link, shell, table
from explorer.widgets.language import _, escape, md, t
from explorer.widgets.rnn_inside_choice import Choice
from explorer.widgets.rnn_inside_words import Shades, Words, shades_of, words_of
from explorer.widgets.work import Works

METHOD, PERPLEXITY, WORD = "read_map", "read_perplexity", "read_near"
PCA, TSNE = "pca", "t-sne"
USUAL_WORD, LONGEST = "great", 60
NEAREST = 5
USUAL_PERPLEXITY = 30
KEPT = 6
POLL_SECONDS = 0.5


@st.cache_resource(show_spinner=False)
def neighbour_maps() -> Works[np.ndarray]:
    """The t-SNE maps that the server keeps, for all sessions."""
    return Works(KEPT)


def embedding_map(choice: Choice) -> None:
    """The map, and the words nearest to a chosen one."""
    if not isinstance(choice.network.spec.layers[0], Embedding):
        _no_embedding(choice)
        return
    words = words_of(choice)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        method = link.segmented(_("Map"), {PCA: "PCA", TSNE: "t-SNE"}, METHOD)
        perplexity = _perplexity_choice() if method == TSNE else None
        shades = shades_of(choice, words)
        chosen = _word_choice(words)
    drawing, tables = st.columns([2.1, 1], gap="small")
    with tables:
        near = _nearest(words, chosen)
    with drawing:
        if perplexity is None:
            _principal(choice, words, shades, chosen, near)
        else:
            _neighbours(choice, words, shades, chosen, near, perplexity)
    _how_to_read()


def _no_embedding(choice: Choice) -> None:
    one_hot = isinstance(choice.network.spec.layers[0], CategoryEncoding)
    st.info(
        _(
            "This model has no embedding: it reads one-hot rows. Any two words are at right angles and equally far "
            "apart (√2), so there is no map to draw; only the weights after the rows can make words alike."
        )
        if one_hot
        else _("This model has no embedding, so there is no map to draw."),
        icon=":material/scatter_plot:",
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _axes(fingerprint: str, ids: bytes, _network: Network) -> Axes:
    rows = word_vectors.vectors(_network)
    assert rows is not None
    return maps.principal_axes(rows[np.frombuffer(ids, np.int64)])


def _perplexity_choice() -> int:
    link.restore(PERPLEXITY, link.one_of(maps.PERPLEXITIES))
    link.limit(PERPLEXITY, maps.PERPLEXITIES)
    chosen = st.select_slider(
        _("Perplexity"),
        maps.PERPLEXITIES,
        USUAL_PERPLEXITY,
        key=PERPLEXITY,
        persist_state="session",
        help=_("About how many neighbours each word should keep next to it."),
        width=170,
    )
    link.keep(PERPLEXITY, chosen, USUAL_PERPLEXITY)
    return int(chosen)


def _word_choice(words: Words) -> int | None:
    """The place of the word that was typed among those of the map."""
    usual = USUAL_WORD if USUAL_WORD in words.names else (words.names[0] if words.names else "")
    link.restore(WORD, lambda written: written[:LONGEST])
    told = _("One word of the model's vocabulary; the nearest ones are marked in the map.")
    written = st.text_input(
        _("Word"), usual, key=WORD, persist_state="session", max_chars=LONGEST, width=130, help=told
    )
    link.keep(WORD, written or "", usual)
    typed = tokenise(written or "").words
    word = typed[0] if typed else ""
    return words.names.index(word) if word in words.names else None


def _nearest(words: Words, chosen: int | None) -> list[int]:
    """The tables of the words nearest to the chosen one; those of both together."""
    if chosen is None:
        told = N_("The word is not among the {count} most frequent ones that the map shows.")
        st.info(md(told, count=len(words.ids)), icon=":material/question_mark:")
        return []
    cosines, distances = word_vectors.cosines(words.rows, chosen), maps.distances(words.rows, chosen)
    found: list[int] = []
    for by_angle, title in ((True, N_("Nearest to {word} by angle")), (False, N_("Nearest to {word} by distance"))):
        near = maps.nearest(words.rows, chosen, NEAREST, by_angle)
        st.markdown(f"**{md(title, word=words.names[chosen])}**")
        measure, values = (_("cosine"), cosines) if by_angle else (_("distance"), distances)
        table.show((_("word"), measure), ((escape(words.names[n]), f"{values[n]:.3f}") for n in near))
        found += [place for place in near if place not in found]
    return found


def _principal(choice: Choice, words: Words, shades: Shades, chosen: int | None, near: list[int]) -> None:
    """Along the two directions of the kept epoch, so that the epoch slider moves the words and not the axes."""
    kept = inside_choice.network(choice.run, choice.run.kept_epoch)
    axes = _axes(kept.fingerprint, words.ids.tobytes(), kept)
    places, shares = axes.places(words.rows), axes.share_of(words.rows)
    title = t(
        N_("The {count} most frequent words, {when}: {share} of the variance in this plane"),
        count=len(words.ids),
        when=choice.when,
        share=f"{shares.sum():.0%}",
    )
    across, up = (
        t(N_("direction {number} ({share})"), number=n + 1, share=f"{share:.0%}") for n, share in enumerate(shares)
    )
    rows = word_vectors.vectors(kept)
    assert rows is not None
    ends = np.abs(np.concatenate([axes.places(rows[words.ids]), places])).max(axis=0) * 1.1 + 1e-9
    _draw(words, shades, places, (title, across, up), chosen, near, [(-end, end) for end in ends.tolist()])
    if choice.run.record.uploaded:
        st.caption(_("The axes are the two directions in which the vectors differ most; they have different scales."))
        return
    st.caption(
        md(
            N_(
                "The axes are the two directions in which the vectors of epoch {kept} differ most, at every epoch of "
                "the slider: the words move, not the axes. Beside each axis: its share of this epoch's variance; the "
                "two have different scales."
            ),
            kept=choice.run.kept_epoch,
        )
    )


def _neighbours(
    choice: Choice, words: Words, shades: Shades, chosen: int | None, near: list[int], perplexity: int
) -> None:
    """t-SNE, computed in the background the first time."""
    rows = words.rows
    if len(rows) <= 3:
        st.info(_("t-SNE needs more words than these; look at the PCA."), icon=":material/scatter_plot:")
        return
    key = (choice.network.fingerprint, len(rows), perplexity)
    work = neighbour_maps().start(key, lambda report: maps.neighbour_map(rows, perplexity))

    def panel(was_active: bool) -> None:
        if was_active != work.active:
            # Only a run of the whole page can start or end the fragment's own clock.
            st.rerun()
        if work.problem is not None:
            st.error(md(work.problem), icon=":material/error:")
        elif work.result is None:
            told = N_("t-SNE arranges {count} words: {seconds} s so far, usually under 5.")
            st.info(md(told, count=len(rows), seconds=f"{work.seconds:.0f}"), icon=":material/hourglass_top:")
        else:
            title = t(
                N_("The {count} most frequent words by t-SNE, {when}, perplexity {perplexity}"),
                count=len(rows),
                when=choice.when,
                perplexity=perplexity,
            )
            _draw(words, shades, work.result, (title, "", ""), chosen, near, None)
            st.caption(md(N_("Computed in {seconds} s."), seconds=f"{work.seconds:.1f}"))

    st.fragment(panel, run_every=POLL_SECONDS if work.active else None)(work.active)


def _draw(
    words: Words,
    shades: Shades,
    places: np.ndarray,
    titles: tuple[str, str, str],
    chosen: int | None,
    near: list[int],
    reach: list[tuple[float, float]] | None,
) -> None:
    drawn = embedding_figure(
        places,
        words.names,
        np.arange(1, len(words.ids) + 1),
        words.counts,
        shades.values,
        shades.span,
        MapLabels(*titles, _("rank"), _("count"), shades.name),
        chosen=chosen,
        near=near,
        reach=reach,
        dark=shell.dark(),
    )
    figure.show(drawn, "read-map", titles[0])
    _numbers(words, shades, places)


def _numbers(words: Words, shades: Shades, places: np.ndarray) -> None:
    with st.expander(_("Show numbers"), icon=":material/table:", key="read-map-numbers", on_change="rerun") as shown:
        if shown.open:
            columns = {_("word"): list(words.names), _("count"): words.counts, shades.name: shades.values}
            st.dataframe({**columns, "x": places[:, 0], "y": places[:, 1]}, hide_index=True, height=260)


def _how_to_read() -> None:
    with st.expander(_("How to read such a map"), icon=":material/info:"):
        st.markdown(
            _(
                "- The tables measure in all dimensions of the embedding; any map of two dimensions bends or drops "
                "some of them, so trust the tables when the two differ.\n"
                "- **PCA** is a shadow: straight lines stay straight, and how much of the variance the shadow keeps "
                "is stated.\n"
                "- **t-SNE** keeps neighbours together. Distances between groups and the size of a group mean "
                "nothing, and another perplexity gives another picture; groups that come back at every perplexity "
                "are worth a look. Each epoch is arranged anew.\n"
                "- Words lie close when they mean the same *for this task*: “boring” and “worst”, not “boring” and "
                "“interesting”.\n"
                "- More: Wattenberg, Viégas and Johnson 2016, "
                "[How to Use t-SNE Effectively](https://distill.pub/2016/misread-tsne/)."
            )
        )
