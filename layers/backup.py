"""A store as one file that can be carried away, and back into a store of either kind."""

import tempfile
from pathlib import Path

from errors import CallError
from layers.store import Contents, Store
from layers.stores.geopackage import GeoPackageStore


def backup(kept: Store, path: Path) -> Contents:
    """Write everything in a store to a GeoPackage, also while others work in it.

    Returns
    -------
    Contents
        What is in it: features, plans and every review, of one moment.

    Raises
    ------
    CallError
        There is no store, the file is there already, or cannot be written.
    DataError
        The store is damaged.
    """
    if path.exists():
        raise CallError("layers.backup_exists", path=str(path))
    found = kept.contents()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
            made = GeoPackageStore(Path(folder) / "store.gpkg")
            made.refill(found)
            made.copy(path)
    except OSError as error:
        raise CallError("layers.unwritable", path=str(path), why=error) from None
    return found


def restore(path: Path, kept: Store) -> Contents:
    """Put a backup back, into a store of either kind that has no reviews yet.

    Returns
    -------
    Contents
        What is now in the store.

    Raises
    ------
    CallError
        There is no backup, or the store has reviews, or cannot be written; it stays as it was.
    DataError
        The backup is damaged; the store stays as it was.
    """
    if not path.is_file():
        raise CallError("layers.no_backup", path=str(path))
    found = GeoPackageStore(path).contents()
    kept.refill(found)
    return found
