"""The models of the course notes, ready to change and train."""

from explorer.presets import cnn, generation, puzzles, sentiment, series
from explorer.presets.base import NotedWeights, Preset, Source

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (*cnn.PRESETS, *sentiment.PRESETS, *puzzles.PRESETS, *series.PRESETS, *generation.PRESETS)
}

__all__ = ["PRESETS", "NotedWeights", "Preset", "Source"]
