"""The commands `plans …`: export, check and import the plans as a YAML file."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Annotated

import typer

from ops.error_exit import exit_on_error
from ops.people import ACTOR, container_of
from ops.plan_files import file_text, finding_lines, plans_in
from vpnbot.bootstrap import Container
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Finding, errors, to_confirm
from vpnbot.domain.plans.plan_checks import check_plan
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.localization.messages import Messages
from vpnbot.usecases.plans.keep_plans import Edit, add_plan, change_plan

plans = typer.Typer(help="Manage the plans that the shop sells.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A YAML file, as export writes it.", exists=True, dir_okay=False)]


@plans.command()
def export(
    context: typer.Context, file: Annotated[Path | None, typer.Argument(help="Where to write.")] = None
) -> None:
    """Write all plans as YAML, to a file or to the standard output."""
    with exit_on_error(context.obj):
        text = file_text(_catalogue(container_of(context.obj)))
        if file is None:
            print(text, end="")
        else:
            file.write_text(text, encoding="utf-8")
            print(f"Written to {file}.")


@plans.command()
def check(context: typer.Context, file: File) -> None:
    """Check a file against the stored plans, and change nothing. Exit status 1 when it cannot be imported."""
    with exit_on_error(context.obj):
        catalogue = _catalogue(container_of(context.obj))
        findings = _findings(catalogue, plans_in(file.read_text(encoding="utf-8"), catalogue.base_currency))
        print("\n".join(finding_lines(findings)) or "✔ nothing is wrong or doubtful")
    raise typer.Exit(1 if errors(findings) else 0)


@plans.command("import")
def import_(
    context: typer.Context,
    file: File,
    confirm: Annotated[bool, typer.Option(help="Also save prices that fall by more than half.")] = False,
) -> None:
    """Save the plans in a file. Plans that are not in it stay as they are. Exit status 1 when nothing was saved."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        catalogue = _catalogue(container)
        wanted = plans_in(file.read_text(encoding="utf-8"), catalogue.base_currency)
        findings = _findings(catalogue, wanted)
        for line in finding_lines(findings):
            print(line)
        if errors(findings) or (to_confirm(findings) and not confirm):
            print("Nothing was saved." + ("" if errors(findings) else " Use --confirm if these prices are right."))
            raise typer.Exit(1)
        for plan in sorted(wanted, key=lambda plan: plan.trial):  # the mark of the trial is removed before it is set
            print(_save(container, catalogue, plan))


def _save(container: Container, catalogue: Catalogue, plan: SoldPlan) -> str:
    """Save one plan, and return a line about it."""
    stored = catalogue.plan(plan.id)
    if stored is not None and stored == replace(plan, version=stored.version) and stored.version:
        return f"{plan.id}: unchanged"
    what = f"plan {plan.id}: imported"
    entry = Entry(f"operator:plans:{token_hex(8)}", what, datetime.now(UTC), ACTOR)
    edit = Edit(entry, Messages().languages, confirmed=True)
    if stored is None:
        kept = add_plan(container.sales, container.context, plan, edit)
    else:
        kept = change_plan(
            container.sales, container.context, plan.id, lambda known: replace(plan, version=known.version), edit
        )
    return f"{plan.id}: " + ("saved, and the shop is open" if kept.opened else "saved" if kept.saved else "not saved")


def _catalogue(container: Container) -> Catalogue:
    return container.sales.plans.load(fresh=True)


def _findings(catalogue: Catalogue, wanted: Sequence[SoldPlan]) -> tuple[Finding, ...]:
    """Return what is wrong with the plans, as they would be after the import of all of them."""
    after = catalogue
    for plan in wanted:
        after = after.with_plan(plan)
    languages = Messages().languages
    found = (each for plan in wanted for each in check_plan(after, plan, languages, catalogue.plan(plan.id)))
    return tuple(dict.fromkeys(found))
