"""The store: what the machine built and, apart from it, what people decided.

Two engines keep it: a GeoPackage, unless said otherwise, and a PostGIS database (:mod:`layers.stores`). What a store
promises, and how reviews follow on one another, stands here once for both.
"""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Protocol

import geopandas as gpd

from errors import CallError, DataError
from layers import build, review
from layers.review import Review
from projects.plan import Plan

PLAN = tuple(f.name for f in fields(Plan))
REVIEW = tuple(f.name for f in fields(Review))
# How long who would write waits for another, in seconds.
PATIENCE_S = 10.0

# A review, and the revision whose decision it repeats: mostly its own, that of an earlier one when it took one back.
Entry = tuple[Review, int]


@dataclass(frozen=True)
class Contents:
    """Everything in a store, of one moment.

    Attributes
    ----------
    frame, plans
        As :meth:`Store.built` returns them.
    entries
        Every review, those of a feature in their order.
    """

    frame: gpd.GeoDataFrame
    plans: tuple[Plan, ...]
    entries: tuple[Entry, ...]


class Ledger(Protocol):
    """The reviews of a store within one transaction, which those of other reviewers wait for."""

    def past(self, feature: str) -> Sequence[Entry]:
        """Return the reviews of a feature, the oldest first."""

    def name(self, feature: str) -> str | None:
        """Return what a feature of the latest build is called, or None when there is no such feature."""

    def append(self, entry: Entry) -> None:
        """Add a review as the latest of its feature."""


class Store(ABC):
    """Where features and reviews are kept.

    Whatever the place, a rebuild replaces the features and leaves every review as it is, and nobody overwrites
    what they have not seen.
    """

    @abstractmethod
    def save(self, frame: gpd.GeoDataFrame, plans: Sequence[Plan]) -> None:
        """Replace features and plans by newly built ones, all at once; reviews stay."""

    @abstractmethod
    def built(self) -> tuple[gpd.GeoDataFrame, tuple[Plan, ...]]:
        """Return the features as the machine built them, and the plans."""

    @abstractmethod
    def reviews(self) -> dict[str, Review]:
        """Return the latest review of every feature that has one, by feature id."""

    @abstractmethod
    def history(self, feature: str) -> tuple[Review, ...]:
        """Return all reviews of a feature, the oldest first."""

    @abstractmethod
    def version(self) -> str:
        """Return a text that changes whenever features or reviews do; empty while there is no store. Cheap."""

    @abstractmethod
    def builds(self) -> str:
        """Return a text that changes whenever features do; empty while there is no store. Cheap."""

    @abstractmethod
    def ids(self) -> set[str]:
        """Return the ids of the features as the machine built them; none while there is no store."""

    @abstractmethod
    def contents(self) -> Contents:
        """Return everything in the store."""

    @abstractmethod
    def refill(self, contents: Contents) -> None:
        """Take over everything that another store held, all at once.

        Raises
        ------
        CallError
            ``layers.store_taken``: there are reviews in this one.
        """

    @abstractmethod
    def reviewing(self) -> AbstractContextManager[Ledger]:
        """Open the reviews for one transaction that is kept whole or, when it raises, not at all."""

    def record(self, decided: Review, *, seen: int) -> Review:
        """Keep a review.

        Parameters
        ----------
        decided
            The review; its revision and time are the store's to set.
        seen
            The revision that the reviewer had before them (0: none yet).

        Returns
        -------
        Review
            As kept.

        Raises
        ------
        CallError
            The review is not valid, or there is no such feature.
        DataError
            ``layers.stale``: someone else has reviewed the feature since.
        """
        review.check(decided)
        with self.reviewing() as ledger:
            return _keep(ledger, ledger.past(decided.feature), decided, seen)

    def undo(self, feature: str, reviewer: str, *, seen: int) -> Review:
        """Take the latest review of a feature back, as a new revision; again, and the one before it goes too.

        Raises
        ------
        CallError
            There is nothing to take back.
        DataError
            ``layers.stale``: someone else has reviewed the feature since.
        """
        with self.reviewing() as ledger:
            past = ledger.past(feature)
            contents = {0: 0} | {found.revision: content for found, content in past}
            now = contents[past[-1][0].revision] if past else 0
            if now == 0:
                raise CallError("layers.nothing_to_undo", id=feature)
            before = contents[now - 1]
            by_revision = {found.revision: found for found, _ in past}
            old = by_revision.get(before, Review(feature=feature))
            return _keep(ledger, past, replace(old, reviewer=reviewer), seen, before)

    def load(self) -> build.Layers:
        """Return the features as reviewed (see :func:`layers.review.apply`) and the plans; the index is empty."""
        frame, plans = self.built()
        return build.Layers(review.apply(frame, self.reviews()), plans, {})

    def orphans(self) -> dict[str, Review]:
        """Return the reviews whose feature the latest build no longer has."""
        known = self.ids()
        return {key: found for key, found in self.reviews().items() if key not in known}


def open(address: str) -> Store:
    """Return the store at an address; it is made with the first :meth:`Store.save`.

    Parameters
    ----------
    address
        Path of a GeoPackage, or ``postgresql://…`` as libpq understands it.

    Raises
    ------
    CallError
        The address is of a kind that there is no store for, or what its kind needs is not installed.
    """
    scheme, mark, _ = address.partition("://")
    if mark and scheme in ("postgresql", "postgres"):
        try:
            from layers.stores.postgis import PostGISStore
        except ImportError as error:
            raise CallError("layers.needs_psycopg", why=error) from None
        return PostGISStore(address)
    path = Path(address).expanduser()
    if mark or path.suffix.lower() != ".gpkg":
        # What follows the scheme may hold a password.
        raise CallError("layers.unknown_store", address=f"{scheme}://…" if mark else address)
    from layers.stores.geopackage import GeoPackageStore

    return GeoPackageStore(path)


def _keep(ledger: Ledger, past: Sequence[Entry], decided: Review, seen: int, content: int | None = None) -> Review:
    """Add a review to those of its feature; ``content`` is the revision whose decision it repeats, when it does."""
    latest = past[-1][0] if past else Review(feature=decided.feature)
    if latest.revision != seen:
        raise DataError("layers.stale", id=decided.feature, reviewer=latest.reviewer, when=latest.reviewed_at)
    name = ledger.name(decided.feature)
    if name is None and not past:
        raise CallError("layers.no_feature", id=decided.feature)
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    kept = replace(
        decided, revision=seen + 1, reviewed_at=now, name=decided.name if name is None else name,
        reviewer=decided.reviewer.strip(),
    )  # fmt: skip
    ledger.append((kept, kept.revision if content is None else content))
    return kept
