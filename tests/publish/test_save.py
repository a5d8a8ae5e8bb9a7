"""Charts to files: names that are safe everywhere, nothing overwritten, nothing half written, the same bytes again."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from crunch.errors import InputError
from crunch.publish.save import save
from crunch.publish.writing import safe_name


def chart():
    figure = Figure()
    figure.add_subplot().plot([1, 3, 2])
    figure.text(0.5, 0.9, "Real text")
    return figure


@pytest.mark.parametrize(("given", "name"), [
    ("a chart", "a-chart"), ("../../etc/passwd", "etc-passwd"), ("C:\\x\\y", "C-x-y"), ("", "chart"), ("...", "chart"),
    ("con", "con-chart"), ("LPT1.txt", "LPT1.txt-chart"), ("été", "été"), ("a\x00b\nc", "a-b-c"), ("-rf", "rf"), ("x" * 300, "x" * 200), ("𠀀" * 90, "𠀀" * 50),
    (7, "7"), ("📈", "chart"), ("a\ud800b", "a-b"),
])
def test_names_are_made_safe(given, name):
    assert safe_name(given) == name


@given(st.text())
def test_any_text_becomes_the_name_of_one_file(text):
    name = safe_name(text)
    assert name
    assert Path(name).name == name
    assert name == name.strip(". ")
    assert len(f"{name}-999.png".encode()) <= 255
    assert safe_name(name) == name


def test_the_bytes_are_the_same_again_and_the_text_is_text(tmp_path):
    first = save(chart(), "x", formats=("png", "svg", "pdf"), folder=tmp_path / "one")
    again = save(chart(), "x", formats=("png", "svg", "pdf"), folder=tmp_path / "two")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    assert ">Real text</text>" in first[1].read_text(encoding="utf-8")
    with Image.open(first[0]) as image:
        assert image.size == (1280, 960)


def test_what_is_there_stays(tmp_path):
    (tmp_path / "x.png").write_text("mine")
    os.symlink(tmp_path / "nowhere", tmp_path / "x-2.svg")  # a link that leads nowhere is taken as well
    paths = save(chart(), "x", formats=("png", "svg"), folder=tmp_path)
    assert [path.name for path in paths] == ["x-3.png", "x-3.svg"]
    assert (tmp_path / "x.png").read_text() == "mine"


def test_a_file_system_without_links_serves_as_well(tmp_path, monkeypatch):
    def no_link(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_link)
    paths = [*save(chart(), "x", folder=tmp_path), *save(chart(), "x", folder=tmp_path)]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    write = Path.write_bytes

    def full(path, content):
        write(path, content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="cannot: No space left on device"):
        save(chart(), "x", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("formats", "sentence"), [
    (("gif", "png"), "A chart is saved as 'png', 'svg' and 'pdf', but 'gif' was asked for. Choose at least one of these."),
    ((), "A chart is saved as 'png', 'svg' and 'pdf', but no format was asked for. Choose at least one of these."),
])
def test_formats_that_are_none_are_told(formats, sentence, tmp_path):
    with pytest.raises(InputError) as caught:
        save(chart(), "x", formats=formats, folder=tmp_path)
    assert str(caught.value) == sentence


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "charts").write_text("")
    with pytest.raises(InputError) as caught:
        save(chart(), "x", folder=tmp_path / "charts")
    assert str(caught.value) == (f"A chart is saved to a folder that can be written to, but '{tmp_path / 'charts'}' cannot: "
                                 "File exists. Name another folder.")
