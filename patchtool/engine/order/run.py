"""`patchtool check --order` without its printing: what each patch of a series needs of the others."""

from __future__ import annotations

from patchtool.core.order import OrderReport
from patchtool.core.report import Base
from patchtool.core.series import Series
from patchtool.engine.functions import FunctionReader
from patchtool.engine.index import Definitions
from patchtool.engine.order.bonds import Bonds
from patchtool.engine.order.reached import ReachedErrors
from patchtool.engine.states import steps
from patchtool.engine.walk import Options, missing, unreached
from patchtool.tree.snapshot import Snapshot


def order_on(series: Series, tree: Snapshot, base: Base, options: Options) -> OrderReport:
    """The partial order of the patches that apply. `options.rules` and `renames` have no part in it.

    Raises:
        GitError: git can't read the repository.
    """
    walked = list(steps(tree, series, options.progress))
    options.progress("comparing the patches")
    gone_in = [step for step in walked if not step.failures and not step.absent]
    bonds = Bonds(gone_in, Definitions(tree, options.facts), FunctionReader(), options.grep)
    order = bonds.order(ReachedErrors(gone_in, options.facts, options.grep))
    undecided = (*unreached(series, walked), *missing(series), *order.undecided)
    return OrderReport(series, base, order, undecided)
