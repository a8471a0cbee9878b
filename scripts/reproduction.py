"""Write docs/reproduction.md from the shipped models and what the course notes report.

python -m scripts.reproduction
"""

from __future__ import annotations

from collections.abc import Iterator

from explorer.messages import Message
from explorer.presets import PRESETS, Preset
from explorer.training import differences
from explorer.training.record import RunRecord
from explorer.training.store import SHIPPED, Store
from scripts.app_server import ROOT

DOCUMENT = ROOT / "docs" / "reproduction.md"
HEAD = """# Reproduction

The models of the course notes, as the notes report them and as they ship in `trained/`. Accuracies are shares of right
answers on all test examples, or on the validation examples where the notes have only those (†). This page is written by
`python -m scripts.reproduction` from each model's `run.json`; the app's page *Reproduction* has the curves and the
weights as well. `make train NAME=<model>` trains one anew, which needs the full data.

| model | notes | ours | right is | parameters | notes' parameters | epochs, kept |
| --- | --- | --- | --- | --- | --- | --- |
"""


def document() -> str:
    """The page as it should be now."""
    store = Store(SHIPPED)
    known = {run.record.id: run.record for run in store.shipped()}
    noted = [(preset, known[name]) for name, preset in PRESETS.items() if preset.noted and name in known]
    rows = "\n".join(_row(preset, record) for preset, record in noted)
    details = "\n".join(part for preset, record in noted for part in _details(preset, record))
    return f"{HEAD}{rows}\n\n## What is not the same\n\nNotes → ours.\n\n{details}"


def _row(preset: Preset, record: RunRecord) -> str:
    source = preset.source
    ours = record.val_accuracy if source.validated else record.test_accuracy
    mark = " †" if source.validated else ""
    cells = (
        f"`{preset.name}`",
        "–" if source.accuracy is None else f"{source.accuracy:.4f}{mark}",
        "–" if ours is None else f"{ours:.4f}{mark}",
        f"within ±{tolerance:g}" if (tolerance := record.request.task.tolerance) else "the class",
        f"{preset.spec.parameters:,}",
        "–" if source.parameters is None else f"{source.parameters:,}",
        f"{len(record.history)}, {record.best_epoch}",
    )
    return f"| {' | '.join(cells)} |"


def _details(preset: Preset, record: RunRecord) -> Iterator[str]:
    source = preset.source
    found: list[Message] = []
    if source.recipe is not None:
        found += [one.sentence for one in differences.recipe_differences(source.recipe, record.recipe)]
    found += source.differs
    if found:
        yield f"- `{preset.name}`: " + "; ".join(_plain(one) for one in found)


def _plain(sentence: Message) -> str:
    return sentence.translated(str).rstrip(".")


def main() -> None:
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(f"{DOCUMENT.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
