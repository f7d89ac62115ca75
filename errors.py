"""The errors of Planmap: few classes, one sentence each, and the rows of the issue log.

A *call* that cannot be done raises :class:`CallError` (exit code 2). A file that cannot be read raises
:class:`PlanError`, data with faults :class:`DataError` (exit code 1). Bad rows *inside* otherwise good input
do not raise: they become an :class:`Issue` and the rest goes on.
"""

from dataclasses import dataclass

import language


class PlanmapError(Exception):
    """Any error that Planmap raises on purpose.

    Parameters
    ----------
    message
        Name of the message under ``data/messages`` (``"errors.no_plans"``).
    **values
        The values it names.
    """

    def __init__(self, message: str, **values: object) -> None:
        self.message = message
        self.values = values
        super().__init__(message)

    def __str__(self) -> str:
        return self.text()

    def text(self, lang: str | None = None) -> str:
        """Return the sentence in ``lang`` (``"zh"``, ``"en"``, default: the language of the process)."""
        return language.text(self.message, lang, **self.values)

    def issue(self, where: str) -> "Issue":
        """Return the error as a row of the issue log."""
        said = ((k, language.cause(v) if isinstance(v, OSError) else str(v)) for k, v in self.values.items())
        return Issue(where, self.message, tuple(said))


class CallError(PlanmapError):
    """What was asked for cannot be done as asked: a path, option or name is wrong."""


class PlanError(PlanmapError):
    """A plan file cannot be read."""


class DataError(PlanmapError):
    """Data that should be sound (a gazetteer, a layer, the store) has faults."""


@dataclass(frozen=True)
class Issue:
    """One row of the issue log: a fault in the input that did not stop the work.

    Attributes
    ----------
    where
        File, or file and row, or plan and offset.
    message, values
        As in :class:`PlanmapError`.
    """

    where: str
    message: str
    values: tuple[tuple[str, str], ...] = ()

    def text(self, lang: str | None = None) -> str:
        """Return ``where: sentence`` in ``lang``."""
        return f"{self.where}: {language.text(self.message, lang, **dict(self.values))}"
