"""The settings of Planmap, read once from ``planmap.toml`` and the environment.

Each setting ``name`` can be given as ``PLANMAP_NAME`` in the environment, which wins, or as ``name`` in
``planmap.toml`` beside this file (or at ``PLANMAP_CONFIG``). Keys for online services belong there and never
in a committed file.
"""

import os
import tomllib
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

from errors import CallError

HOME = Path(__file__).parent
LOGINS = ("", "users", "oidc")


@cache
def _first_city() -> str:
    """Return the city that Planmap comes with: data, as all that is a city's own."""
    return str(tomllib.loads((HOME / "data" / "defaults.toml").read_text(encoding="utf-8"))["city"])


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, with their defaults.

    Attributes
    ----------
    city
        Administrative code of the city to work on.
    plans
        Folder of the plan files; sentences are shown only when it is there.
    data
        Folder with ``lexicon``, ``cities`` and ``layers``.
    cities
        Folder of what is each city's own, where the installation is not to be written to; a city that is not in it
        is looked for under ``data``, where all are when it is not set.
    layers
        Folder of the built layers; ``data/layers`` unless set.
    store
        Path of the GeoPackage with features and reviews, or a ``postgresql://`` address, in which ``{city}`` stands
        for the code of the city; a GeoPackage of each city's own under ``store`` when empty.
    archive
        Folder where what was found in each plan file is kept, so that it is not read again; ``store/found`` unless set.
    boundaries
        A file of district boundaries (any format GDAL reads, with a six-digit code in a column ``adcode`` or
        ``gb``) to use instead of the packaged ones; empty for none.
    added
        Folder where the files of plans that were added on the page are kept, so that their sentences show; one of
        each city's own under ``store`` when empty.
    upload_mb
        Largest plan file that can be added on the page, in megabytes.
    login
        Who may review: anyone who gives a name when empty; with ``users`` or ``oidc`` only people named in the file
        ``users``, who log in with a password or by OpenID Connect.
    users
        The file of these people; ``store/users.csv`` unless set.
    tianditu_key, amap_key, nominatim_url
        Online basemaps and geocoders; off when empty.
    basemap_url
        XYZ address of an intranet's own tiles (``https://…/{z}/{x}/{y}.png``); off when empty.
    basemap_credit
        The source note of those tiles.
    """

    city: str = field(default_factory=_first_city)
    plans: Path = HOME / "plans"
    data: Path = HOME / "data"
    cities: Path | None = None
    layers: Path | None = None
    store: str = field(default="", repr=False)
    archive: Path | None = None
    boundaries: str = ""
    added: Path | None = None
    upload_mb: int = 50
    login: str = ""
    users: Path | None = None
    tianditu_key: str = field(default="", repr=False)
    amap_key: str = field(default="", repr=False)
    nominatim_url: str = ""
    basemap_url: str = ""
    basemap_credit: str = ""

    @property
    def layers_folder(self) -> Path:
        """Folder of the built layers of all cities."""
        return self.layers or self.data / "layers"

    def store_of(self, adcode: str | None = None) -> str:
        """Path or address of the store of a city; each has its own unless ``store`` says otherwise."""
        return (self.store or str(HOME / "store" / "{city}.gpkg")).replace("{city}", adcode or self.city)

    @property
    def archive_folder(self) -> Path:
        """Folder where what was found in each plan file is kept."""
        return self.archive or HOME / "store" / "found"

    def added_folder(self, adcode: str) -> Path:
        """Folder of the files of plans that were added on the page."""
        return (self.added or HOME / "store" / "plans") / adcode

    @property
    def users_file(self) -> Path:
        """File of the people who may log in."""
        return self.users or HOME / "store" / "users.csv"

    def city_folder(self, adcode: str | None = None) -> Path:
        """Folder with what is a city's own: that under ``cities``, unless there is only one under ``data``."""
        name = adcode or self.city
        shipped = self.data / "cities" / name
        return shipped if shipped.is_dir() and not (self.cities_folder / name).is_dir() else self.cities_folder / name

    @property
    def cities_folder(self) -> Path:
        """Folder in which new cities are made."""
        return self.cities or self.data / "cities"


def _value(name: str, value: object) -> object:
    kind = type(getattr(Settings(), name))
    if name == "city" and type(value) is int:  # a code is easily written without quotes
        value = str(value)
    if kind is int:
        text = str(value) if type(value) in (int, str) else ""
        if not text.isdecimal() or int(text) < 1:
            raise CallError("errors.bad_setting", name=name, value=value, valid="1, 2, 3 …")
        return int(text)
    if not isinstance(value, str):
        raise CallError("errors.bad_setting", name=name, value=value, valid='"…"')
    if name in ("cities", "layers", "archive", "added", "users") or issubclass(kind, Path):
        return Path(value).expanduser()
    if name == "login" and value not in LOGINS:
        raise CallError("errors.bad_setting", name=name, value=value, valid=", ".join(filter(None, LOGINS)))
    return value


@cache
def load() -> Settings:
    """Return the settings of this process.

    Raises
    ------
    CallError
        ``planmap.toml`` names a setting that does not exist, or a value has the wrong type.
    """
    names = [f.name for f in fields(Settings)]
    path = Path(os.environ.get("PLANMAP_CONFIG", HOME / "planmap.toml"))
    given: dict[str, object] = {}
    if path.is_file():
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CallError("errors.unreadable", path=str(path), why=error) from None
    for name in given:
        if name not in names:
            raise CallError("errors.unknown_setting", name=name, valid=", ".join(names))
    for name in names:
        if (value := os.environ.get(f"PLANMAP_{name.upper()}")) is not None:
            given[name] = value
    return Settings(**{name: _value(name, value) for name, value in given.items()})  # type: ignore[arg-type]
