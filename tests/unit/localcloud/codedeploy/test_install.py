"""Files of a bundle go to a host, and only they go away again."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.localcloud.codedeploy import install
from helpers.localcloud.codedeploy.appspec import FileCopy


def made(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"new {name}")
    return folder


def test_a_folder_is_copied_with_its_content_and_a_file_into_the_destination(tmp_path: Path) -> None:
    archive, root = made(tmp_path / "bundle", "site/a.html", "site/sub/b.html", "tool.sh"), tmp_path / "root"
    copies = install.plan([FileCopy("site", "/srv"), FileCopy("/tool.sh", "/opt/bin")], archive, root, "DISALLOW")
    targets = [target.relative_to(root).as_posix() for _, target in copies]
    assert targets == ["srv/a.html", "srv/sub/b.html", "opt/bin/tool.sh"]


def test_cleaning_takes_away_what_was_installed_and_nothing_else(tmp_path: Path) -> None:
    archive, root = made(tmp_path / "bundle", "site/a.html", "site/sub/b.html"), made(tmp_path / "root", "srv/mine.txt")
    record = tmp_path / "record"
    install.copy(install.plan([FileCopy("site", "/srv")], archive, root, "DISALLOW"), root, record)
    assert (root / "srv" / "sub" / "b.html").read_text() == "new site/sub/b.html"
    install.clean(root, record)
    assert sorted(path.relative_to(root).as_posix() for path in root.rglob("*")) == ["srv", "srv/mine.txt"]
    assert not record.exists()


@pytest.mark.parametrize(("existing", "text"), [("OVERWRITE", "new site/a.html"), ("RETAIN", "new srv/a.html")])
def test_what_is_there_is_overwritten_or_kept(tmp_path: Path, existing: str, text: str) -> None:
    archive, root = made(tmp_path / "bundle", "site/a.html"), made(tmp_path / "root", "srv/a.html")
    install.copy(install.plan([FileCopy("site", "/srv")], archive, root, existing), root, tmp_path / "record")
    assert (root / "srv" / "a.html").read_text() == text


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (FileCopy("site", "/srv"), "already exists"),
        (FileCopy("gone", "/srv"), "No such file"),
        (FileCopy("site", "/../../etc"), "outside"),
    ],
)
def test_what_cannot_be_installed_is_refused_before_anything_is_copied(
    tmp_path: Path, entry: FileCopy, message: str
) -> None:
    archive, root = made(tmp_path / "bundle", "site/a.html"), made(tmp_path / "root", "srv/a.html")
    with pytest.raises(install.InstallError, match=message):
        install.plan([entry], archive, root, "DISALLOW")
