"""Panels in the kernel: what a hand and Python can do with one, and what is drawn, sent, kept and freed."""

import gc
import io
import logging
import weakref
from threading import Event
from time import sleep

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from panels import Played
from PIL import Image

from crunch import widgets
from crunch.errors import InputError
from crunch.progress import step
from crunch.widgets.controls import Action
from crunch.widgets.panel import Panel
from crunch.widgets.png import changed, png
from crunch.widgets.scene import REFRESH, Scene
from crunch.widgets.stage import Stage

X = np.linspace(0, 10, 200)


def wave(ax, n=50, kind="sin", dotted=False):
    """Drawn anew each time."""
    ax.plot(X, n * getattr(np, kind)(X), ls=":" if dotted else "-")
    ax.set(title=f"n = {n}", ylim=(-100, 100))


def moving(ax, n=50):
    """Moves its line over a stored background."""
    ax.plot(X, 20 * np.cos(X), color="0.7")
    line, = ax.plot(X, n * np.sin(X))
    ax.plot(X, -20 * np.cos(X), color="0.5", zorder=5)  # lies over what moves
    title = ax.set_title(f"n = {n}")
    ax.set(ylim=(-100, 100), xlabel="x")

    def move(n):
        line.set_ydata(n * np.sin(X))
        title.set_text(f"n = {n}")
        return [line, title]
    return move


@pytest.fixture
def panel():
    made = widgets.explore(wave, n=(0, 100), kind=("sin", "cos"), dotted=False)
    yield made
    made.close()


def fresh(panel):
    """What a new stage draws for the values of a panel."""
    return Stage(panel.scene.draw, panel.scene.size).show(panel.values)


# --- controls and values


def test_a_panel_starts_at_the_functions_defaults_and_is_set_by_value(panel):
    assert panel.values == {"n": 50, "kind": "sin", "dotted": False}
    panel.set(n=80, kind="cos")
    assert panel.values == {"n": 80, "kind": "cos", "dotted": False}
    assert (panel.stage.pixels == fresh(panel)).all()


def test_undo_goes_back_step_by_step_and_reset_to_the_start(panel):
    for n in (60, 70):
        panel.set(n=n)
    panel.undo()
    assert panel.values["n"] == 60
    panel.undo()
    panel.undo()  # there is nothing more: nothing happens
    assert panel.values["n"] == 50
    panel.set(n=9, dotted=True)
    panel.reset()
    assert panel.values == {"n": 50, "kind": "sin", "dotted": False}
    panel.undo()
    assert panel.values["n"] == 9


def test_a_drag_is_one_step_to_undo(panel):
    page = Played(panel)
    for n in range(51, 90):
        page.move(n=n)
    page.rest()
    page.move(n=10)
    page.rest()
    page.say(kind="press", button="undo")
    assert panel.values["n"] == 89
    page.say(kind="press", button="undo")
    assert panel.values["n"] == 50
    assert page.last("frame")["undo"] is False


def test_code_draws_the_picture_again(panel):
    panel.set(n=31, kind="cos", dotted=True)
    assert panel.code.splitlines()[-1] == "wave(ax, n=31, kind='cos', dotted=True)"
    names = {"wave": wave}
    exec(panel.code, names)
    assert names["ax"].get_title() == "n = 31"
    plt.close("all")


@pytest.mark.parametrize(("make", "sentence"), [
    (lambda: widgets.explore(3, n=(0, 1)), "explore needs a function that draws on axes, but 3 was given. For example: explore(draw, n=(1, 10))."),
    (lambda: widgets.explore(wave), "A panel needs something to move, but no control was given. For example: explore(draw, n=(1, 10))."),
    (lambda: widgets.explore(wave, m=(0, 1)), "A control moves a value that the function takes, but it takes no 'm'. It takes 'n', 'kind' and 'dotted'."),
    (lambda: widgets.explore(lambda ax, a, b: None, a=(0, 1)), "Every value of the function needs a control or a default, but 'b' has neither. For example: explore(draw, b=(0, 10))."),
    (lambda: widgets.explore(wave, n=(0, 9)).set(m=3), "A panel sets its own controls, 'n', but 'm' was given. Check the spelling."),
    (lambda: widgets.explore(wave, n=(0, 9)).press("go"), "This panel has no buttons, but 'go' was pressed. Check the spelling."),
])
def test_what_a_panel_cannot_do_is_told(make, sentence):
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == sentence


# --- pictures


@pytest.mark.slow
@pytest.mark.parametrize("draw", [wave, moving])
@pytest.mark.parametrize("ratio", [1, 1.5, 2])
def test_the_page_shows_what_a_fresh_drawing_would_after_any_moves(draw, ratio):
    panel, rng = widgets.explore(draw, n=(0, 100)), np.random.default_rng(1)
    page = Played(panel, ratio=ratio)
    for n in rng.integers(0, 101, 25):
        page.move(n=int(n))
    other = Stage(draw, panel.scene.size)
    other.sharpen(ratio)
    drawn = other.show(panel.values)
    assert drawn.shape[:2] == (450 * ratio, 800 * ratio)
    np.testing.assert_array_equal(page.picture, drawn[..., :3])
    panel.close()


def test_only_what_changed_is_sent():
    panel = widgets.explore(moving, n=(0, 100))
    page = Played(panel)
    assert page.last("frame")["places"] == [[0, 0]]
    frame = page.move(n=51)
    assert frame["places"] != [[0, 0]]
    assert page.move(n=51)["places"] == []  # the same again: nothing to paint, but an answer
    panel.close()


def test_limits_that_move_take_the_background_with_them():
    def draw(ax, n=5):
        line, = ax.plot([0, 1], [0, n])
        ax.set_ylim(0, n)

        def move(n):
            line.set_ydata([0, n])
            ax.set_ylim(0, n)
            return [line]
        return move

    panel = widgets.explore(draw, n=(1, 10))
    panel.set(n=9)
    np.testing.assert_array_equal(panel.stage.pixels, fresh(panel))
    panel.close()


def test_an_update_may_ask_to_be_drawn_anew_and_may_touch_more_later():
    def draw(ax, n=0):
        lines = [ax.plot([0, 1], [i, i + n])[0] for i in range(3)]
        ax.set_ylim(0, 30)

        def move(n):
            if n == 7:
                return None
            touched = lines[:1 + n % 3]
            for i, line in enumerate(lines):
                line.set_ydata([i, i + n])
            return touched if n % 3 == 2 else lines
        return move

    panel = widgets.explore(draw, n=(0, 20))
    for n in (2, 5, 7, 4, 11, 8):
        panel.set(n=n)
        np.testing.assert_array_equal(panel.stage.pixels, fresh(panel))
    panel.close()


def test_artists_of_another_figure_cannot_be_moved_here():
    stranger, = Figure().add_subplot().plot([1])
    panel = widgets.explore(lambda ax, n=0: lambda n: [stranger], n=(0, 3))
    with pytest.raises(InputError, match="An update returns artists of its own figure that are still there, but "
                                         r"<matplotlib\.lines\.Line2D object at .*> is none of them\. Return what draw"):
        panel.set(n=2)
    panel.close()


def test_the_axes_stay_where_the_first_picture_has_them(panel):
    before = panel.stage.figure.axes[0].get_position().bounds
    panel.set(n=100)
    assert panel.stage.figure.axes[0].get_position().bounds == before


@pytest.mark.parametrize("in_place", [False, True])
def test_axes_give_way_when_labels_grow_beyond_the_picture(in_place):
    def draw(ax, n=1):
        line, = ax.plot([0, 1], [0, n])
        ax.set(ylabel="what it is", ylim=(0, n))
        ax.yaxis.set_major_formatter("{x:.1f}")

        def move(n):
            line.set_ydata([0, n])
            ax.set_ylim(0, n)
            return [line]
        return move if in_place else None

    panel = widgets.explore(draw, n=[1, 10**9])
    label = panel.stage.figure.axes[0].yaxis.label
    assert label.get_window_extent().x0 > 0
    panel.set(n=10**9)
    label = panel.stage.figure.axes[0].yaxis.label
    assert label.get_window_extent().x0 > 0
    wide = panel.stage.figure.axes[0].get_position().bounds
    panel.set(n=1)
    assert panel.stage.figure.axes[0].get_position().bounds == wide  # once is enough
    panel.close()


def test_what_fits_no_picture_is_said_once_and_still_drawn():
    with pytest.warns(UserWarning, match="axes sizes collapsed to zero"):
        panel = widgets.explore(lambda ax, n=0: ax.text(3, n, "x" * 500) and None, n=(0, 3))
    panel.set(n=2)
    panel.close()


def test_a_picture_is_a_png_that_anybody_can_read(panel):
    with Image.open(io.BytesIO(panel.png())) as image:
        assert image.size == (800, 450)
        np.testing.assert_array_equal(np.asarray(image.convert("RGB")), panel.stage.pixels[..., :3])


def test_the_changed_part_holds_every_change():
    rng = np.random.default_rng(2)
    before = rng.integers(0, 256, (40, 60, 4), dtype=np.uint8)
    assert changed(before, before.copy()) is None
    for _ in range(50):
        after = before.copy()
        spots = rng.integers(0, [40, 60], (rng.integers(1, 4), 2))
        after[tuple(spots.T)] ^= 255
        left, top, wide, high = changed(before, after)
        mended = before.copy()
        mended[top:top + high, left:left + wide] = after[top:top + high, left:left + wide]
        np.testing.assert_array_equal(mended, after)
        with Image.open(io.BytesIO(png(np.ascontiguousarray(after)))) as image:
            np.testing.assert_array_equal(np.asarray(image.convert("RGB")), after[..., :3])


# --- errors


def broken(ax, n=0):
    ax.plot([0, n])
    ax.set_ylim(0, 9)
    if n == 3:
        raise RuntimeError("three is not drawn")


def test_an_error_in_the_first_picture_fails_the_cell():
    with pytest.raises(RuntimeError, match="three is not drawn"):
        widgets.explore(broken, n=widgets.slider(0, 9, start=3))


def test_a_later_error_is_raised_in_the_cell_that_caused_it():
    panel = widgets.explore(broken, n=(0, 9))
    with pytest.raises(RuntimeError, match="three is not drawn"):
        panel.set(n=3)
    panel.close()


def test_an_error_under_the_hand_is_shown_logged_and_gone_with_the_next_move(caplog):
    panel = widgets.explore(broken, n=(0, 9))
    page = Played(panel)
    with caplog.at_level(logging.ERROR):
        frame = page.move(n=3)
    assert frame["error"].startswith("RuntimeError: three is not drawn (line ")
    assert panel.error == frame["error"]
    assert "three is not drawn" in caplog.text
    assert page.move(n=4)["error"] == ""
    np.testing.assert_array_equal(page.picture, fresh(panel)[..., :3])
    panel.close()


def test_a_users_mistake_under_the_hand_is_a_sentence_and_no_log(caplog):
    def draw(ax, n=0):
        if n:
            raise InputError("n is 0. Leave it there.")

    panel = widgets.explore(draw, n=(0, 1), )
    panel.set(n=0)
    assert Played(panel).move(n=1)["error"] == "n is 0. Leave it there."
    assert caplog.text == ""
    panel.close()


# --- buttons and long work


class Long(Scene):
    """A scene with actions, quick and slow."""

    title, lines = "Long", 1

    def __init__(self):
        self.drawn, self.begun = 0, Event()

    def draw(self, ax, **values):
        self.drawn += 1
        ax.plot([0, values["n"]])

    def sentence(self, **values):
        return f"n is {values['n']}."

    def count(self, values):
        self.begun.set()
        for i in range(100):
            step(i / 100)
            sleep(0.02)
        return {"n": 9}, "Done."

    def fail(self, values):
        raise InputError("There is no way. Find another.")


def long_panel():
    scene = Long()
    return scene, Panel(scene, {"n": widgets.slider(0, 9, start=1)}, {
        "best": Action("Best", lambda values: ({"n": values["n"] + 2}, "Two up.")),
        "again": Action("Again", lambda values: (REFRESH, "Again.")),
        "nowhere": Action("Nowhere", lambda values: (None, "No way there.")),
        "count": Action("Count", scene.count, slow=True), "fail": Action("Fail", scene.fail, slow=True)})


def test_buttons_move_the_controls_from_python_and_from_the_page():
    scene, panel = long_panel()
    panel.press("best")
    assert panel.values == {"n": 3}
    panel.press("nowhere")
    assert panel.values == {"n": 3}
    drawn = scene.drawn
    panel.press("again")
    assert scene.drawn > drawn
    page = Played(panel)
    page.say(kind="press", button="best")
    assert page.last("go")["at"] == {"n": 5}  # the page moves there, and sends where it is
    assert page.last("note")["text"] == "Two up."
    page.say(kind="press", button="again")
    assert page.last("note")["text"] == "Again."
    panel.close()


def test_long_work_tells_how_far_it_is_leaves_the_sliders_live_and_can_be_cancelled():
    scene, panel = long_panel()
    page = Played(panel)
    page.say(kind="press", button="count")
    work = panel.work
    assert scene.begun.wait(5)
    assert page.move(n=4)["said"] == "n is 4."  # meanwhile
    page.say(kind="press", button="count")  # a second press starts nothing
    assert panel.work is work
    while not [m for m in page.heard if m["kind"] == "work" and m["part"]]:
        work.wait(0.05)
    page.say(kind="press", button="cancel")
    work.wait(5)
    assert not work.running
    assert page.last("work")["doing"] is None
    assert page.last("go") is None
    assert panel.values == {"n": 4}
    panel.close()


def test_long_work_ends_where_it_was_sent_or_says_why_not():
    _, panel = long_panel()
    page = Played(panel)
    page.say(kind="press", button="count")
    panel.work.wait(20)
    assert page.last("go")["at"] == {"n": 9}
    assert page.last("note")["text"] == "Done."
    page.say(kind="press", button="fail")
    panel.work.wait(20)
    assert page.last("note")["text"] == "There is no way. Find another."
    with pytest.raises(InputError, match="There is no way"):
        panel.press("fail")
    panel.close()


def test_closing_ends_the_work_and_frees_everything():
    scene, panel = long_panel()
    page = Played(panel)
    page.say(kind="press", button="count")
    scene.begun.wait(5)
    work = panel.work
    panel.close()
    work.wait(5)
    assert not work.running
    kept = [weakref.ref(thing) for thing in (panel.stage, panel.stage.figure, scene, panel)]
    del page, panel, scene, work
    gc.collect()
    assert [ref() for ref in kept] == [None] * 4


# --- notebooks


def test_a_notebook_gets_the_live_panel_and_its_picture(panel):
    panel.set(n=70)
    data, _ = panel._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.model_id
    assert data["text/html"].startswith('<img alt="Wave, drawn with n = 70, kind = sin, dotted = False." width="800"')
    assert data["text/plain"] == "Wave: "


def test_two_pages_of_one_panel_show_the_same():
    panel = widgets.explore(moving, n=(0, 100))
    first = Played(panel)
    panel._receive(panel, {"kind": "hello", "view": "second", "ratio": 1}, [])
    assert first.last("frame")["places"] == [[0, 0]]  # whole, for the one that has nothing yet
    first.move(n=60)
    panel._receive(panel, {"kind": "bye", "view": "second"}, [])
    assert panel.stage.pixels is not None
    first.say(kind="bye")
    assert panel.stage.pixels is None  # nobody looks
    first.say(kind="hello", ratio=1)
    np.testing.assert_array_equal(first.picture, fresh(panel)[..., :3])
    panel.close()


def test_a_saved_chart_never_replaces_a_file(panel, tmp_path):
    first = panel.save("../My chart?", formats=("png", "svg"), folder=tmp_path)
    again = panel.save("../My chart?", formats=("png", "svg"), folder=tmp_path)
    assert [p.name for p in first + again] == ["My-chart.png", "My-chart.svg", "My-chart-2.png", "My-chart-2.svg"]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in first + again)
    page = Played(panel)
    page.say(kind="save", name="x", formats=["gif"])
    assert page.last("note")["text"] == ("A chart is saved as 'png', 'svg' and 'pdf', but 'gif' was asked for. Choose at least "
                                         "one of these.")


def test_moves_leave_no_figure_to_pyplot(panel):
    plt.close("all")
    for n in range(20):
        panel.set(n=n)
    assert plt.get_fignums() == []
