"""The commands: report, tables, export and lab."""

import os
import shlex
import signal
import subprocess
import sys
import unicodedata
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

import click

from crunch import __version__
from crunch.errors import InputError, counted, listing, show

# Everything heavy is imported by the command that needs it: --help answers at once.

_EPILOG = """Exit codes: 0 done, 1 a fault of crunch (please report it), 2 something in the table or the words given
needs a change (the message says which), 130 interrupted."""


class _Mistake(click.ClickException):
    """Something the user can mend, with the exit code of click's own usage errors."""

    exit_code = 2


class _Group(click.Group):
    """A group in which a user's mistake ends in one sentence, not in a traceback."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise _Mistake(str(error)) from error


@click.group(cls=_Group, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crunch")
def cli():
    """Which inputs actually move a score, and what the table cannot tell."""


@cli.command(epilog="""\b
Examples:
  crunch report diary.csv --score klout --levers followers,posts,shares --time week --step 1
  crunch report schools --output schools-report
""" + "\n" + _EPILOG)
@click.argument("table")
@click.option("--score", help="Column to explain.")
@click.option("--levers", "--lever", multiple=True, metavar="NAMES",
              help="Columns you can act on: separated by commas, or the option repeated.")
@click.option("--context", multiple=True, metavar="NAMES", help="Columns that vary but that you cannot set.")
@click.option("--side-effects", "--side-effect", multiple=True, metavar="NAMES",
              help="Columns you refuse to sacrifice; hours:less says that less is better.")
@click.option("--time", metavar="NAME", help="Column of dates or whole numbers; makes the table a diary.")
@click.option("--unit", metavar="NAME", help="Column that tells shops, accounts, … apart; needs --time.")
@click.option("--step", type=float, help="Grid the score is shown on: 1 for whole points.")
@click.option("--rounding", type=click.Choice(["round", "half_even", "floor", "ceil"]), help="How it is brought there.")
@click.option("--log", multiple=True, metavar="NAMES", help="Levers to read in percent.")
@click.option("--linear", multiple=True, metavar="NAMES", help="Levers to read in their own units.")
@click.option("--sheet", help="Sheet of a workbook: its name, or its number from 0.")
@click.option("--decimal", type=click.Choice([".", ","]), help="Decimal mark, where the file does not settle it.")
@click.option("--dayfirst/--monthfirst", default=None, help="How to read dates such as 03/04/2026.")
@click.option("--output", default="crunch-report", show_default=True, type=click.Path(path_type=Path),
              help="Folder for the page, its charts and tables.")
@click.option("--open", "show_page", is_flag=True, help="Open the page in a browser when it is written.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result.")
def report(table, output, quiet, show_page, sheet, decimal, dayfirst, **roles):
    """Answer every question about TABLE in one HTML page.

    TABLE is a .csv, .xlsx, .ods or .parquet file, or the name of a table that comes with crunch (see
    "crunch tables"), whose roles are known.
    """
    # No window is to open, whatever this user's notebooks draw with.
    os.environ["MPLBACKEND"] = "agg"
    from crunch.report.report import report as write

    study, source = _study(table, {"sheet": sheet, "decimal": decimal, "dayfirst": dayfirst}, roles)
    tell = None if quiet else _progress
    answers = []
    page = write(study, output, source=source, progress=lambda *step: (tell and tell(*step), answers.append(step[3])))
    for answer in filter(None, answers):
        click.echo(_printable(answer.sentence))
    click.echo(f"Written: {page}")
    if show_page and click.launch(str(page)):
        click.echo("No browser could be started; open that file in one.", err=True)


def _printable(text):
    """Text from a table as a terminal may get it: without the codes that would steer the terminal."""
    return "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text)


def _progress(number, total, question, answer):
    if answer is None:
        click.echo(f"[{number}/{total}] {question}", err=True)


@cli.command()
def tables():
    """List the tables that come with crunch."""
    from crunch.datasets import catalogue

    click.echo(str(catalogue()))


@cli.command(epilog=_EPILOG)
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--to", type=click.Choice(["html", "markdown"]), default="html", show_default=True,
              help="What to write.")
@click.option("--output", type=click.Path(path_type=Path),
              help="Folder for the post and its files; by default NAME-post.")
@click.option("--run/--no-run", "fresh", default=True,
              help="Run the notebook first, or take its stored outputs, of which nothing runs: not as sharp, and white "
              "on dark pages.")
@click.option("--code/--no-code", default=True, help="Show the code or not.")
@click.option("--sliders", is_flag=True, help="Make panels pages with sliders that need no kernel, up to 2 MB each.")
@click.option("--address", default="", metavar="URL", help="Where the files will be uploaded to, for social cards.")
@click.option("--overwrite", is_flag=True, help="Replace what an earlier export wrote to the folder.")
def export(notebook, output, **how):
    """Turn NOTEBOOK into a blog post: a page or Markdown, its charts as files with their alternative texts.

    Cells tagged "hide" stay out, "hide-input" hides the code of a cell, "hide-output" what it shows.
    """
    os.environ["MPLBACKEND"] = "agg"
    from crunch.post.export import export as write

    done = write(notebook, output or Path(f"{notebook.stem}-post"), **how)
    click.echo(f"Written: {done.page} and {len(done.files) - 1} files beside it, of {done.charts} charts")
    if done.silent:
        made = counted(done.silent, "picture")
        click.echo(f"Made by another library: {made}. Say in the post what can be seen there.", err=True)


@cli.command(context_settings={"ignore_unknown_options": True}, options_metavar="")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[FOLDER] [OPTIONS OF JUPYTERLAB]")
def lab(words):
    """Open JupyterLab on FOLDER, for this computer only and behind a token.

    Without FOLDER that is the folder notebooks, or this one where there is none. Further options go to
    JupyterLab: crunch lab notebooks --no-browser
    """
    given = words and not words[0].startswith("-")
    usual = Path("notebooks") if Path("notebooks").is_dir() else Path(".")
    folder, options = (Path(words[0]), words[1:]) if given else (usual, words)
    if not folder.is_dir():
        raise InputError(f"crunch lab opens a folder of notebooks, but there is no folder {show(str(folder), 200)} "
                         "here. Name one, for example: crunch lab .")
    if find_spec("jupyterlab") is None:
        raise InputError("crunch lab needs JupyterLab, but it is not installed here. "
                         'Type: python -m pip install "crunch-score[lab]"')
    command = [sys.executable, "-m", "jupyterlab", str(folder), "--ip=127.0.0.1",
               "--ServerApp.jpserver_extensions=crunch.nodelay=True", *options]  # sliders follow the hand, see there
    if getattr(os, "geteuid", lambda: 1)() == 0:
        command.append("--allow-root")  # in a container everybody is root, which JupyterLab refuses unless told
    # JupyterLab makes a token and shows it, unless an empty one is found here: that would let everybody in.
    server = subprocess.Popen(command, env={k: v for k, v in os.environ.items() if k != "JUPYTER_TOKEN" or v})
    # Ctrl-C is for JupyterLab, which asks before it stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(server.wait())


def _study(table, how, roles):
    """The study and where its table comes from; a file goes before a table of ours with the same name."""
    import crunch
    from crunch.datasets import catalogue

    entry = None if Path(table).exists() else catalogue().get(table)
    if entry is None:
        source = _read(table, list(catalogue()), **how)
        frame, known = source.table, {}
    else:
        source, frame, known = entry, crunch.load(table), dict(entry.roles)
    columns = [str(name) for name in frame.columns]
    for role in ("levers", "context", "side_effects"):
        roles[role] = _names(roles[role], columns) if roles[role] else None
    if roles["side_effects"]:
        roles["side_effects"] = _directions(roles["side_effects"], columns)
    scales = {name: scale for scale in ("log", "linear") for name in _names(roles.pop(scale), columns)}
    # A role given as '' is emptied, also one that a table of ours comes with.
    asked = {role: None if value == "" else value for role, value in roles.items() if value is not None}
    if scales:
        asked["scales"] = scales
    missing = [f"--{role}" for role in ("score", "levers") if not {**known, **asked}.get(role)]
    if missing:
        raise InputError(_missing(missing, table, frame, asked.get("score")))
    return crunch.Study(frame, **{**_without(known, asked), **asked}), source


def _read(table, ours, *, sheet, **how):
    """A file as `crunch.read` returns it; a bare word that is no file was meant as a table of ours."""
    import crunch

    if not Path(table).exists() and Path(table).name == table and not Path(table).suffix:
        near = get_close_matches(table, ours, n=1)
        raise InputError(f"TABLE must be a file or one of {listing(ours, most=12)}, but {show(table)} is neither. "
                         + (f"Did you mean {show(near[0])}?" if near else "Check the spelling."))
    try:
        return crunch.read(table, sheet=sheet, **how)
    except InputError:
        # A sheet may be called 2024, so a number is a name first.
        if not (sheet or "").isdecimal():
            raise
        return crunch.read(table, sheet=int(sheet), **how)


def _missing(options, table, frame, score, most=30):
    """The sentence for a file whose roles are not named: what is in it, and a line to start from."""
    kinds = {name: _kind(frame[name]) for name in frame.columns}
    numbers = [str(name) for name, kind in kinds.items() if kind == "numbers" and name != score]
    numbers = [score, *numbers] if score else numbers
    said = "; ".join(f"{show(name)} ({kind})" for name, kind in list(kinds.items())[:most])
    more = f"; and {len(kinds) - most} more" if len(kinds) > most else ""
    example = ""
    if len(numbers) > 1 and all(_printable(name) == name and "," not in name for name in numbers[:3]):
        line = ["crunch", "report", table, "--score", numbers[0], "--levers", ",".join(numbers[1:3])]
        example = f" For example: {shlex.join(line)}"
    return (f"A report needs --score and --levers, but {' and '.join(options)} {'is' if len(options) == 1 else 'are'} "
            f"missing. The columns of {show(Path(table).name)} are {said}{more}.{example}")


def _without(known, asked):
    """The roles a table comes with, without the columns that were given another role."""
    lists = [(value,) if isinstance(value, str) else value for role, value in asked.items() if role != "scales"]
    taken = {name for names in lists if isinstance(names, tuple | dict) for name in names}
    kept = {}
    for role, value in known.items():
        if isinstance(value, dict):
            value = {name: way for name, way in value.items() if name not in taken}
        kept[role] = tuple(n for n in value if n not in taken) if isinstance(value, tuple) else value
    return kept


def _names(values, columns):
    """Names from repeated options and comma-separated lists; a column that holds commas is one name."""
    names = []
    for value in values:
        names += [value] if value in columns else [part.strip() for part in value.split(",") if part.strip()]
    return tuple(names)


def _directions(names, columns):
    """Side effects with which way is better: hours:less, unless a column is called just that."""
    out = {}
    for name in names:
        bare, _, way = name.rpartition(":")
        out |= {bare: way} if name not in columns and way in ("less", "more") else {name: None}
    return out


def _kind(column):
    """What a column holds, in a word."""
    return {"b": "yes or no", "i": "numbers", "u": "numbers", "f": "numbers", "M": "dates"}.get(
        getattr(column.dtype, "kind", "O"), "text")


def main():
    """The entry point: exit codes as the help says, and no traceback for a mistake or an interrupt."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="replace")  # a terminal that lacks the true minus gets a question mark, not a crash
    try:
        # Without standalone mode click returns the exit code of --help and the like.
        sys.exit(cli.main(prog_name="crunch", standalone_mode=False) or 0)
    except click.exceptions.Abort:
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
