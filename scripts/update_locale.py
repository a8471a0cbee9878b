"""Bring the Korean catalogue up to date with the texts in the code, and compile it.

python -m scripts.update_locale: new texts appear in explorer.po without a translation;
translate them there and run it again.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "explorer" / "locale" / "ko" / "LC_MESSAGES"
SOURCES = ("explorer", "pages", "app.py")
KEYWORDS = {"_": None, "N_": None}


def extracted() -> Catalog:
    """Every text that the code marks for the reader."""
    template = Catalog(project="cnn-rnn-explorer", charset="utf-8")
    for source in SOURCES:
        path = ROOT / source
        folder, pattern = (path, "**.py") if path.is_dir() else (path.parent, path.name)
        found = extract_from_dir(folder, [(pattern, "python")], keywords=KEYWORDS, directory_filter=_wanted)
        for name, _line, text, _comments, _context in found:
            if path.is_dir() or name == path.name:
                template.add(text, locations=[(f"{source}/{name}" if path.is_dir() else name, 0)])
    return template


def _wanted(folder: str) -> bool:
    return not Path(folder).name.startswith(".")


def catalogue() -> Catalog:
    """The Korean catalogue as it is kept."""
    with (FOLDER / "explorer.po").open("rb") as stream:
        return read_po(stream, locale="ko")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = catalogue() if (FOLDER / "explorer.po").exists() else Catalog(locale="ko", charset="utf-8")
    kept.update(extracted(), no_fuzzy_matching=True)
    kept.obsolete.clear()
    kept.fuzzy = False
    kept.project, kept.version = "CNN and RNN Explorer", "0.1"
    kept.header_comment = "# Korean texts of the CNN and RNN Explorer."
    with (FOLDER / "explorer.po").open("wb") as stream:
        write_po(stream, kept, width=120, sort_output=True, omit_header=False, include_lineno=False)
    with (FOLDER / "explorer.mo").open("wb") as stream:
        write_mo(stream, kept)
    missing = [message.id for message in kept if message.id and not message.string]
    print(f"{len(kept)} texts, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
