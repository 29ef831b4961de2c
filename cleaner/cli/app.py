"""The commands and their options, by typer. What a command does is in the module of its name."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated, Any

import typer

from cleaner.errors import CleanerError

app = typer.Typer(
    name="cleaner",
    help="Dirty Chinese documents in, clean structured ones out, every change accounted for.",
    epilog="Exit codes: 0 done, nothing to report; 1 check, or fix --exit-non-zero-on-fix, found something; "
    "2 wrong usage, configuration or rule, or a document failed (the others are done).",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
rules_app = typer.Typer(rich_markup_mode=None, help="The rules: list them, show one, test them all.")
app.add_typer(rules_app, name="rules")

Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Files and folders; - is stdin.", show_default=False)]
Select = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="PREFIX", help="Only rules whose id begins so, or of this stage. Repeat, or use commas."),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="PREFIX", help="No rules whose id begins so, or of this stage. Repeat, or use commas."),
]
Unsafe = Annotated[
    bool | None, typer.Option("--unsafe/--no-unsafe", help="Rules of medium confidence act too.", show_default=False)
]
Rules = Annotated[list[str] | None, typer.Option("--rules", metavar="FILE|DIR", help="Further rule packs. Repeat for more.")]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="Decode with this and guess nothing.")]
Profile = Annotated[
    str | None, typer.Option("--profile", help="auto, page, ocr, official, plain or repo.  [default: auto]", metavar="NAME")
]
Spacing = Annotated[
    str | None,
    typer.Option(
        "--spacing", metavar="NAME", help="Between Han and Latin: tight, keep or spaced.  [default: tight; check and fix: keep]"
    ),
]
Quotes = Annotated[
    str | None,
    typer.Option("--quotes", metavar="NAME", help="Quotation marks: keep, or target (“ ” / 「 」).  [default: keep]"),
]
Ambiguous = Annotated[
    str | None,
    typer.Option(
        "--ambiguous",
        metavar="NAME",
        help="Script, where no phrase decides: convert, flag or leave.  [default: convert]",
    ),
]
Names = Annotated[
    list[str] | None, typer.Option("--names", metavar="FILE", help="Names that script conversion leaves. Repeat for more.")
]
To = Annotated[str | None, typer.Option("--to", help="Script: hans, hant, tw, hk or keep.  [default: hans]", metavar="SCRIPT")]
Site = Annotated[
    str | None,
    typer.Option(
        "--site", metavar="NAME", help="All documents are of this site.  [default: their own addresses and lines tell]"
    ),
]
StdinFilename = Annotated[
    str | None, typer.Option("--stdin-filename", metavar="NAME", help="What stdin is called; its ending tells its kind.")
]
ForceExclude = Annotated[
    bool | None,
    typer.Option(
        "--force-exclude/--no-force-exclude",
        help="The configuration's exclude holds for files that are named, too.",
        show_default=False,
    ),
]


def _terminated(_number: int, _frame: object) -> None:
    """Leave as after Ctrl-C, so that workers end and no half of a file stays."""
    raise KeyboardInterrupt


def run(arguments: list[str]) -> int:
    """Run the command line and return the exit code."""
    from cleaner.cli import screen
    from cleaner.corpus.inputs import reason

    signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a character gets its escape, not a traceback
            stream.reconfigure(errors="backslashreplace")
    command = typer.main.get_command(app)
    try:
        # not app(...), which has exit codes of its own for an interrupt and a closed pipe
        with command.make_context("cleaner", list(arguments or ["--help"])) as context:
            code = command.invoke(context)
        sys.stdout.flush()
    except CleanerError as error:
        screen.error(str(error))
        return 2
    except BrokenPipeError:  # the reader of our stdout had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:  # of stdout, or of the one file for all records; a document's own is told where it happens
        screen.error(reason(error), str(error.filename or ""))
        return 2
    except (KeyboardInterrupt, typer.Abort):
        screen.error("interrupted")
        return 128 + signal.SIGINT
    except typer.Exit as leaving:
        return leaving.exit_code if arguments else 2
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        screen.error(f"{error.format_message().rstrip('.')}; cleaner --help lists what there is")
        return 2
    return code if isinstance(code, int) else 0


def _version(wanted: bool) -> None:
    if wanted:
        from cleaner import __version__

        print("cleaner", __version__)
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    pass


@app.command()
def clean(
    paths: Paths,
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--out",
            metavar="OUT",
            help="Folder, or one file (.jsonl, .parquet; .json for one document).  [default: stdout]",
        ),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="json, jsonl, text, markdown or parquet.  [default: json]")
    ] = None,
    jobs: Annotated[int | None, typer.Option("-j", "--jobs", metavar="N", help="Processes.  [default: 1]")] = None,
    to: To = None,
    profile: Profile = None,
    select: Select = None,
    ignore: Ignore = None,
    unsafe: Unsafe = None,
    rules: Rules = None,
    encoding: Encoding = None,
    spacing: Spacing = None,
    quotes: Quotes = None,
    ambiguous: Ambiguous = None,
    names: Names = None,
    provenance: Annotated[
        str | None,
        typer.Option("--provenance", metavar="NAME", help="What records tell: full, summary or none.  [default: full]"),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option("--template", metavar="NAME", help="auto: learn what recurs on a site's pages; or off.  [default: auto]"),
    ] = None,
    site: Site = None,
) -> int:
    """Clean documents: one record for each."""
    from cleaner.cli.clean import clean as command

    given = _given(to=to, profile=profile, select=select, ignore=ignore, unsafe=unsafe, rules=rules, encoding=encoding)
    given |= _given(provenance=provenance, spacing=spacing, quotes=quotes, ambiguous=ambiguous, names=names)
    return command(paths, out, form, jobs, given | {"template": template, "site": site})


@app.command()
def check(
    paths: Paths,
    diff: Annotated[bool, typer.Option("--diff", help="Print the changes as a unified diff.")] = False,
    output_format: Annotated[
        str | None, typer.Option("--output-format", metavar="NAME", help="text, json, github or sarif.  [default: text]")
    ] = None,
    force_exclude: ForceExclude = None,
    stdin_filename: StdinFilename = None,
    select: Select = None,
    ignore: Ignore = None,
    unsafe: Unsafe = None,
    rules: Rules = None,
    encoding: Encoding = None,
    spacing: Spacing = None,
) -> int:
    """List what fix would change, and change nothing."""
    from cleaner.cli.check import check as command

    given = _given(select=select, ignore=ignore, unsafe=unsafe, rules=rules, encoding=encoding, spacing=spacing)
    return command(paths, given, force_exclude, stdin_filename, output_format, diff)


@app.command()
def fix(
    paths: Paths,
    exit_non_zero_on_fix: Annotated[
        bool | None,
        typer.Option(
            "--exit-non-zero-on-fix/--no-exit-non-zero-on-fix", help="Exit 1 if a file was changed.", show_default=False
        ),
    ] = None,
    force_exclude: ForceExclude = None,
    stdin_filename: StdinFilename = None,
    select: Select = None,
    ignore: Ignore = None,
    unsafe: Unsafe = None,
    rules: Rules = None,
    encoding: Encoding = None,
    spacing: Spacing = None,
) -> int:
    """Mend text files in place; lines, code and markup stay."""
    from cleaner.cli.check import fix as command

    given = _given(select=select, ignore=ignore, unsafe=unsafe, rules=rules, encoding=encoding, spacing=spacing)
    return command(paths, given, force_exclude, stdin_filename, exit_non_zero_on_fix)


@app.command()
def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A document; - is stdin.", show_default=False)],
    to: To = None,
    profile: Profile = None,
    select: Select = None,
    ignore: Ignore = None,
    unsafe: Unsafe = None,
    rules: Rules = None,
    encoding: Encoding = None,
    spacing: Spacing = None,
    quotes: Quotes = None,
    ambiguous: Ambiguous = None,
    names: Names = None,
) -> int:
    """Show a document with every edit: what, where, by which rule, why."""
    from cleaner.cli.explain import explain as command

    given = _given(to=to, profile=profile, select=select, ignore=ignore, unsafe=unsafe, rules=rules, encoding=encoding)
    return command(file, given | _given(spacing=spacing, quotes=quotes, ambiguous=ambiguous, names=names))


@app.command()
def learn(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Documents of one site: files and folders.", show_default=False)
    ],
    out: Annotated[str, typer.Option("-o", "--out", metavar="FILE", help="The rule pack, for --rules.", show_default=False)],
    site: Annotated[str | None, typer.Option("--site", metavar="NAME", help="The name of the site and of the pack.")] = None,
    select: Select = None,
    ignore: Ignore = None,
    unsafe: Unsafe = None,
    rules: Rules = None,
    encoding: Encoding = None,
) -> int:
    """Propose rules for what recurs on the pages of a site."""
    from cleaner.cli.learn import learn as command

    given = _given(site=site, select=select, ignore=ignore, unsafe=unsafe, rules=rules, encoding=encoding)
    return command(paths, out, given)


@app.command()
def restore(
    records: Annotated[list[str], typer.Argument(metavar="RECORD", help="Records: .json or .jsonl files; - is stdin.")],
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="OUT", help="File, or folder for several.  [default: stdout]")
    ] = None,
) -> int:
    """Give the bytes of the sources back from their records."""
    from cleaner.cli.restore import restore as command

    return command(records, out)


@rules_app.command("list")
def rules_list(rules: Rules = None) -> int:
    """List the rules."""
    from cleaner.cli.rules import list_rules

    return list_rules(_given(rules=rules))


@rules_app.command("show")
def rules_show(
    rule: Annotated[str, typer.Argument(metavar="ID", help="A rule's id, as in rules list.", show_default=False)],
    rules: Rules = None,
) -> int:
    """Show a rule's documentation and examples."""
    from cleaner.cli.rules import show_rule

    return show_rule(rule, _given(rules=rules))


@rules_app.command("test")
def rules_test(
    path: Annotated[
        str | None, typer.Argument(metavar="PATH", help="A rule pack or a folder of packs.", show_default=False)
    ] = None,
) -> int:
    """Test all rules, with those of PATH, by their examples."""
    from cleaner.cli.rules import test_rules

    return test_rules(path)


def _given(**options: Any) -> dict[str, Any]:
    return options
