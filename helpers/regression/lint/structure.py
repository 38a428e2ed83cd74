"""Rules on a notebook's prose: title, headings, opening, pictures, length."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..notebook import Notebook

WORDS = (500, 1500)
WORDS_OF_FIRST = (300, 1500)
CELLS = (25, 45)
CELLS_OF_FIRST = (15, 45)
FIRST = "start_here"

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})\s+(\S.*)$", re.MULTILINE)
_MARKDOWN_IMAGE = re.compile(r"!\[([^\]]*)\]\(")
_HTML_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*(["'])\s*\S.*?\1""", re.IGNORECASE | re.DOTALL)
_NOT_WORDS = re.compile(r"<[^>]+>|\]\([^)]*\)|[#*`|>_\-\[\]]")
_OPENING = {
    "what the learner will be able to do": r"(?i)\byou (will|can)\b|able to",
    "what is needed first": r"(?i)\b(needs?|prerequisites?|before you)\b",
    "the time": r"(?i)\bminutes?\b",
    "the cost on AWS": r"(?i)\bcosts?\b",
    "how what is created is removed": r"(?i)\b(remov\w*|clean(s|ed)?[ -]?up|deletes?d?)\b",
    "what is modelled": r"(?i)\bmodell?ed\b",
}


def one_title(notebook: Notebook) -> Iterator[str]:
    """One H1, and it opens the notebook (rule 1)."""
    titles = [text for level, text in _headings(notebook) if level == 1]
    if len(titles) != 1:
        yield f"The notebook has {len(titles)} titles (`# ...`); it must have one."
    if not notebook.cells or not notebook.cells[0].source.lstrip().startswith("# "):
        yield "The first cell must begin with the title."


def heading_order(notebook: Notebook) -> Iterator[str]:
    """No level of heading is left out on the way down (rule 27)."""
    before = 0
    for level, text in _headings(notebook):
        if level > before + 1:
            yield f"The heading {text!r} is of level {level} right after level {before}."
        before = level


def opening(notebook: Notebook) -> Iterator[str]:
    """Before the first code: what one will be able to do, needs, time, cost, clean-up, what is modelled (rule 1)."""
    first = next((place for place, cell in enumerate(notebook.cells) if cell.cell_type == "code"), 0)
    said = "\n".join(cell.source for cell in notebook.cells[:first])
    for what, pattern in _OPENING.items():
        if not re.search(pattern, said):
            yield f"The opening, before the first code, does not say {what}."


def alt_text(notebook: Notebook) -> Iterator[str]:
    """Every picture says in words what it shows (rule 12)."""
    for cell in notebook.prose:
        source = _FENCE.sub("", cell.source)
        empty = [image for image in _MARKDOWN_IMAGE.findall(source) if not image.strip()]
        bare = [image for image in _HTML_IMAGE.findall(source) if not _ALT.search(image)]
        if empty or bare:
            yield f"{notebook.where(cell)} has a picture without alternative text."


def prose_length(notebook: Notebook) -> Iterator[str]:
    """500 to 1,500 words of prose; the first notebook may have 300 (rule 4)."""
    low, high = WORDS_OF_FIRST if _is_first(notebook) else WORDS
    words = sum(len(_NOT_WORDS.sub(" ", _FENCE.sub("", cell.source)).split()) for cell in notebook.prose)
    if not low <= words <= high:
        yield f"The notebook has {words} words of prose; {low} to {high} are wanted."


def cell_count(notebook: Notebook) -> Iterator[str]:
    """25 to 45 cells; the first notebook may have 15 (rule 4)."""
    low, high = CELLS_OF_FIRST if _is_first(notebook) else CELLS
    if not low <= len(notebook.cells) <= high:
        yield f"The notebook has {len(notebook.cells)} cells; {low} to {high} are wanted."


def _is_first(notebook: Notebook) -> bool:
    return notebook.name.endswith(FIRST)


def _headings(notebook: Notebook) -> list[tuple[int, str]]:
    found = (heading for cell in notebook.prose for heading in _HEADING.findall(_FENCE.sub("", cell.source)))
    return [(len(marks), text) for marks, text in found]
