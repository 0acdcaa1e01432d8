"""How the patches of one series hang together, each part worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from patchtool.core.order import Constraint, Order
from patchtool.core.orphan import Orphan
from patchtool.core.tree import MissingBlob
from patchtool.engine.functions import FunctionReader
from patchtool.engine.index import Definitions
from patchtool.engine.order.commute import commute
from patchtool.engine.order.needs import Needs
from patchtool.engine.order.orphans import Orphans
from patchtool.engine.order.reached import ReachedErrors
from patchtool.engine.states import Step
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep


class Bonds:
    """The order of a series, what stands out of order in it, and what it orphans.

    `steps` are the base and the patches that went in.
    """

    def __init__(
        self, steps: Sequence[Step], definitions: Definitions, reader: FunctionReader, grep: Grep
    ) -> None:
        self._steps = steps
        self._reader = reader
        self._definitions = definitions
        self._grep = grep
        self._needs = Needs(steps, self._defined, grep)

    @property
    def misplaced(self) -> tuple[Constraint, ...]:
        """See `core.rules.Facts`; costs a search of the base's headers where there may be such."""
        return self._needs.violated

    @cached_property
    def orphans(self) -> tuple[Orphan, ...]:
        """See `core.rules.Facts` and `orphans.Orphans`."""
        return Orphans(self._steps[0].tree, self._needs.profiles, self._reader, self._grep).found()

    def order(self, errors: ReachedErrors) -> Order:
        """Everything that binds the patches.

        Cost: see `commute.commute` and `reached.ReachedErrors`, and a search of the base's headers.
        """
        undecided: tuple[str, ...] = ()
        text: tuple[Constraint, ...] = ()
        try:
            text = commute(self._steps)
        except MissingBlob as missing:
            undecided = (f"the order of the text: {missing.path} is absent from the object store",)
        needs = self._needs
        found = [*text, *needs.held, *needs.violated, *needs.early, *errors.constraints()]
        found.sort(key=lambda one: (one.then, one.first, one.bond.rank, one.at, one.name))
        numbers = tuple(step.n for step in self._steps if step.patch)
        return Order(numbers, tuple(found), (*undecided, *errors.notes))

    def _defined(self, tree: Snapshot, symbol: str) -> bool:
        return self._definitions.defined(tree, tree.changed(), symbol)
