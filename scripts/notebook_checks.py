"""What a committed notebook must be: thin, movable, run, and showing what it shows when run again.

Each check takes a notebook and its name and returns sentences: which notebook, which cell, what is wrong
and the cure. Cells are counted from 1, prose included, as their ids in the file are.
"""

import ast
import re
from difflib import unified_diff

MOST_STATEMENTS = 4
MOST_LINES = 8  # one call wrapped over lines is still one thought
MOST_BYTES = 400_000
VIEW = "application/vnd.jupyter.widget-view+json"

_PLACE = re.compile(r"[/\\]\w|~([/\\]|$)|[A-Za-z]:[/\\]|(.*[/\\])?\.\.([/\\]|$)")
_MACHINE = re.compile(r"(/(home|Users|root|tmp)/|[A-Z]:\\Users\\)[^\s'\"<>]*")
_IMAGE = re.compile(r"data:image/[\w+.-]+;base64,[A-Za-z0-9+/=\s]+")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")


def code_cells(notebook):
    """Number and cell, for each code cell that holds code."""
    return [(number, cell) for number, cell in enumerate(notebook.cells, 1)
            if cell.cell_type == "code" and cell.source.strip()]


def form(notebook, name):
    """Cells too long, definitions, places on one machine and what is not plain Python."""
    found = []
    for number, cell in code_cells(notebook):
        where = f"{name}, cell {number}"
        try:
            tree = ast.parse(cell.source)
        except SyntaxError as error:
            found.append(f"{where} is not plain Python ({error.msg}, line {error.lineno}). Mend it, and "
                         "leave magics and shell commands out.")
            continue
        nodes = list(ast.walk(tree))
        statements = sum(isinstance(node, ast.stmt) for node in nodes)
        lines = sum(bool(line.strip()) and line.strip()[0] != "#" for line in cell.source.splitlines())
        if statements > MOST_STATEMENTS or lines > MOST_LINES:
            found.append(f"{where} has {statements} statements in {lines} lines; one step is at most "
                         f"{MOST_STATEMENTS} in {MOST_LINES}. Split it with a sentence in between, or move "
                         "code to crunch.")
        if "widgets." in cell.source and "widget" not in cell.metadata.get("tags", []):
            found.append(f"{where} shows a panel. Tag it \"widget\", so that tools find it.")
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or (
                    isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Lambda)):
                found.append(f"{where} defines a function or class in line {node.lineno}. Move it to crunch, "
                             "with a test, and call it from here.")
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _PLACE.match(node.value):
                found.append(f"{where} names a place outside the notebooks folder, {node.value!r}. Use a "
                             "bundled table, crunch.load(name), or a file beside the notebook.")
    return found


def outputs(notebook, name):
    """Cells never run, errors, messages on stderr, missing charts and machine paths among the outputs."""
    found = []
    for number, cell in code_cells(notebook):
        where = f"{name}, cell {number}"
        if cell.execution_count is None:
            found.append(f"{where} was never run. Run: make notebooks")
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"{where} raised {output.ename} ({output.evalue}). Mend it or what it calls.")
            elif output.output_type == "stream" and output.name == "stderr":
                found.append(f"{where} wrote to stderr ({output.text.strip()}). Readers take that for a "
                             "fault: mend what it warns of.")
        for text in texts(cell):
            if match := _MACHINE.search(text):
                found.append(f"{where} shows a path of one machine ({match[0]}). Show a name instead, then "
                             "run: make notebooks")
        draws = "crunch.charts." in cell.source or "widget" in cell.metadata.get("tags", [])
        if draws and not any("<img" in str(o.get("data", {}).get("text/html", "")) for o in cell.outputs):
            found.append(f"{where} calls a chart or a panel and shows none. End the cell with the call, a chart's with "
                         "a semicolon, then run: make notebooks")
    if code_cells(notebook) and not any(cell.outputs for _, cell in code_cells(notebook)):
        found.append(f"{name} shows no output at all. Run: make notebooks")
    return found


def size(path):
    """A file too large to read on the web and to keep in git."""
    held = path.stat().st_size
    return [] if held <= MOST_BYTES else [
        f"{path.name} is {held // 1000} KB; up to {MOST_BYTES // 1000} KB load quickly. Show fewer or "
        "smaller pictures and shorter tables."]


def widget_errors(notebook, name, state):
    """Errors that sit only in a widget, where neither the cell nor its reader sees them."""
    found = []
    for model, fields in state.items():
        for output in fields.get("outputs") or []:
            if output["output_type"] == "error":
                cell = next((f"cell {number}" for number, cell in code_cells(notebook)
                             if model in _models(cell, state)), "a widget that no cell shows")
                found.append(f"{name}, {cell}: a slider's function raised {output['ename']} "
                             f"({output['evalue']}). Mend it; until then the panel shows nothing.")
    return found


def _models(cell, state):
    """The widgets a cell shows, with everything inside them."""
    views = [output.get("data", {}).get(VIEW) for output in cell.outputs]
    todo, seen = [view["model_id"] for view in views if view], set()
    while todo:
        model = todo.pop()
        if model not in seen:
            seen.add(model)
            todo += re.findall(r"IPY_MODEL_(\w+)", str(state.get(model, {})))
    return seen


def texts(cell):
    """What a cell shows as text, without pictures and memory addresses, which differ from run to run."""
    shown = []
    for output in cell.outputs:
        if output.output_type == "stream":
            shown += [output.text] if output.name == "stdout" else []
        else:
            data = output.get("data", {})
            shown += [data[kind] for kind in ("text/plain", "text/html", "text/markdown") if kind in data]
    return [_ADDRESS.sub("0x…", _IMAGE.sub("data:image…", text)) for text in shown]


def difference(committed, fresh, name):
    """The first cell that no longer shows the text it was committed with."""
    for (number, old), (_, new) in zip(code_cells(committed), code_cells(fresh), strict=True):
        before, after = ("\n".join(texts(cell)).splitlines() for cell in (old, new))
        if before != after:
            diff = "\n".join(unified_diff(before, after, "committed", "now", lineterm=""))
            return [f"{name}, cell {number} no longer shows what was committed. If the new text is right, "
                    f"run: make notebooks\n{diff}"]
    return []
