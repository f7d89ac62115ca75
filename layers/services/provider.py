"""How pygeoapi gets at the layers: pages of features, chosen by the same filters as everywhere."""

import json
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pygeoapi.provider.base import (  # type: ignore[import-untyped]
    BaseProvider,
    ProviderConnectionError,
    ProviderInvalidQueryError,
    ProviderItemNotFoundError,
)
from pyproj import CRS, Transformer

import language
from errors import CallError, DataError
from layers import build, schema, view
from layers.services import source

# Parameters that are filters; where a property has the same name, the filter is meant.
FILTERS = (*view.CHOICES, "search")
_TYPES = {"number": "number", "integer": "integer", "boolean": "boolean"}
_NESTED = ("strings", "extent", "mentions")
_OTHERS = ("bbox", "limit", "offset", "sortby", "properties", "crs", "q")
# The language that the client of a request speaks.
SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)
# Decimals of coordinates in metres; those in degrees have the layers' own.
_METRE_DECIMALS = 3


class LayerProvider(BaseProvider):  # type: ignore[misc]
    """A collection of the layers of a city, as a provider of pygeoapi.

    Parameters
    ----------
    definition
        ``data`` is the folder of the layers; ``options`` hold the address of the ``store``, the code of the city
        (``adcode``) and the name of the ``collection``.
    """

    def __init__(self, definition: dict[str, Any]) -> None:
        super().__init__(definition)
        self.source = source.of(self.data, self.options["store"], self.options["adcode"])
        self.collection = source.collection(self.options["collection"])
        # All parameters come here, so that one nobody knows is an answer and no silence.
        self.include_extra_query_parameters = True
        self.get_fields()

    def get_fields(self) -> dict[str, dict[str, Any]]:
        """Return properties and filters with their types, for clients that offer a choice."""
        for f in schema.FIELDS:
            self._fields[f.name] = {"type": _TYPES.get(f.type, "string")}
            if f.type == "code":
                self._fields[f.name]["values"] = list(schema.values(f.name))
        for name in FILTERS:
            self._fields.setdefault(name, {"type": "string"})
        return dict(self._fields)

    def query(  # the names are those that pygeoapi calls with
        self,
        offset: int = 0,
        limit: int = 10,
        resulttype: str = "results",
        bbox: Sequence[float] = (),
        properties: Sequence[tuple[str, str]] = (),
        sortby: Sequence[dict[str, str]] = (),
        select_properties: Sequence[str] = (),
        skip_geometry: bool = False,
        q: str | None = None,
        filterq: Any = None,
        crs_transform_spec: Any = None,
        **_more: Any,
    ) -> dict[str, Any]:
        """Return a page of the features that the filters leave, as GeoJSON.

        Raises
        ------
        ProviderInvalidQueryError
            A parameter is unknown, or has a value that is; the message lists what is valid.
        """
        if filterq is not None:
            raise ProviderInvalidQueryError(user_msg=_said("no_cql", valid=", ".join((*FILTERS, "bbox"))))
        chosen = self._sorted(self._selected(bbox, properties, q), sortby)
        page = chosen.iloc[0:0] if resulttype == "hits" else chosen.iloc[offset : offset + limit]
        features = self._features(page, crs_transform_spec, select_properties, skip_geometry)
        found: dict[str, Any] = {"type": "FeatureCollection", "features": features, "numberMatched": len(chosen)}
        return found | {"numberReturned": len(features)}

    def get(self, identifier: str, crs_transform_spec: Any = None, **_more: Any) -> dict[str, Any]:
        """Return one feature by its id.

        Raises
        ------
        ProviderItemNotFoundError
            There is none in this collection.
        """
        frame = self._frame()
        found = self._features(frame[(frame["id"] == identifier).to_numpy()], crs_transform_spec)
        if not found:
            raise ProviderItemNotFoundError(user_msg=_said("no_feature", value=identifier))
        return found[0]

    def _frame(self) -> gpd.GeoDataFrame:
        try:
            frame = self.source.index().frame
        except (CallError, DataError) as error:
            raise ProviderConnectionError(user_msg=error.text(SPOKEN.get())) from None
        return frame[self.collection.mask(frame)]

    def _selected(
        self, bbox: Sequence[float], properties: Sequence[tuple[str, str]], q: str | None
    ) -> gpd.GeoDataFrame:
        try:
            whole = self.source.index()
            given: dict[str, Any] = {k: _several(v) for k, v in properties if k in view.CHOICES}
            words = " ".join(filter(None, [q, *(v for k, v in properties if k == "search")]))
            # A box with heights has six numbers.
            box = (*bbox[:2], *bbox[len(bbox) // 2 :][:2]) if bbox else None
            wanted = view.Filter(search=words, bbox=box, **given)  # type: ignore[arg-type]
            chosen = whole.select(view.resolve(wanted, whole.frame, whole.town))
        except CallError as error:
            raise ProviderInvalidQueryError(user_msg=error.text(SPOKEN.get())) from None
        except DataError as error:
            raise ProviderConnectionError(user_msg=error.text(SPOKEN.get())) from None
        mask = self.collection.mask(chosen)
        for name, value in properties:
            if name not in FILTERS:
                mask &= _equal(chosen, name, value)
        return chosen[mask]

    def _sorted(self, frame: gpd.GeoDataFrame, wanted: Sequence[dict[str, str]]) -> gpd.GeoDataFrame:
        for item in reversed(wanted):
            name = item["property"]
            if name not in frame or schema.field(name).type in _NESTED:
                raise ProviderInvalidQueryError(user_msg=_said("unsortable", value=name))
            frame = frame.sort_values(name, ascending=item["order"] == "+", kind="stable")
        return frame

    def _features(
        self, frame: gpd.GeoDataFrame, spec: Any, names: Sequence[str] = (), skip_geometry: bool = False
    ) -> list[dict[str, Any]]:
        if skip_geometry:
            frame = frame.set_geometry(np.full(len(frame), None), crs=4326)
        elif spec is not None and spec.source_crs_wkt != spec.target_crs_wkt:
            frame = frame.set_geometry(_moved(frame.geometry.to_numpy(), spec))
        told = [name for name in schema.NAMES if name in frame and (not names or name in names)]
        columns = [_cells(name, frame[name]) for name in told]
        places = [text and json.loads(text) for text in shapely.to_geojson(frame.geometry.to_numpy())]
        return [
            {"type": "Feature", "id": key, "properties": dict(zip(told, values, strict=True)), "geometry": place}
            for key, place, *values in zip(frame["id"], places, *columns, strict=True)
        ]


def _said(key: str, **values: object) -> str:
    """Return a message in the language of the client."""
    return language.text(f"serve.{key}", SPOKEN.get(), **values)


def _cells(name: str, column: pd.Series) -> list[Any]:
    """Return values as clients show them: one text for a list, and every number of a field of one type.

    Clients take the types of the fields from the first features, and show no lists of objects.
    """
    kind = schema.field(name).type
    values = build.plain(kind, column)
    if kind == "number":
        return [None if v is None else float(v) for v in values]
    return [*map(schema.flattener(kind), values)]


def _several(value: str) -> tuple[str, ...]:
    """Return the values of a parameter that holds one or, with commas, several."""
    return tuple(part.strip() for part in value.replace("，", ",").replace("、", ",").split(","))


def _equal(frame: gpd.GeoDataFrame, name: str, value: str) -> NDArray[np.bool_]:
    """Return which features have a value in a property; a list has it among others."""
    kind = schema.field(name).type if name in schema.NAMES else ""
    if name not in frame or kind in ("", "extent", "mentions"):
        properties = (f.name for f in schema.FIELDS if f.type not in ("extent", "mentions"))
        valid = ", ".join(dict.fromkeys((*FILTERS, *_OTHERS, *properties)))
        raise ProviderInvalidQueryError(user_msg=_said("unknown_parameter", value=name, valid=valid))
    column = frame[name]
    if kind == "strings":
        return np.fromiter((value in held for held in column), bool, len(frame))
    if kind in ("number", "integer"):
        try:
            return np.asarray(column.to_numpy(dtype=float, na_value=np.nan) == float(value))
        except ValueError:
            raise ProviderInvalidQueryError(user_msg=_said("no_number", name=name, value=value)) from None
    if kind == "boolean":
        return np.asarray(column.to_numpy(dtype=bool) == (value.lower() in ("true", "1")))
    return np.asarray(pd.Series(column, dtype=object) == value)


def _moved(shapes: NDArray[np.object_], spec: Any) -> NDArray[np.object_]:
    """Return geometries in the system a client asks for, axes in the order of its authority."""
    target = CRS.from_wkt(spec.target_crs_wkt)
    transformer = Transformer.from_crs(CRS.from_wkt(spec.source_crs_wkt), target)
    decimals = _METRE_DECIMALS if target.is_projected else build.DECIMALS

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])), decimals)

    return np.asarray(shapely.transform(shapes, moved), dtype=object)
