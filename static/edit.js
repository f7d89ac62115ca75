// Placing by hand: a point by click or drag, a line or an area by its corners. What is drawn goes to the page as GeoJSON.
(function () {
  "use strict";
  let S, A, bar, layer, handles, corners = [], task = null;

  function start(state, api) {
    S = state;
    A = api;
    S.map.createPane("edit").style.zIndex = 660;
    S.map.on("click", (e) => { if (task) add(e.latlng); });
  }

  function refresh(edit) {
    const next = edit ? JSON.stringify(edit) : null;
    if (next === task) return;
    end();
    task = next;
    if (!edit) return;
    layer = L.layerGroup().addTo(S.map);
    handles = L.layerGroup().addTo(S.map);
    corners = points(edit.geometry, edit.kind).map(([lon, lat]) => L.latLng(A.toMap(lat, lon)));
    S.map.getContainer().classList.add("editing");
    S.map.doubleClickZoom.disable();
    bar = L.DomUtil.create("div", "edit-bar", S.map.getContainer());
    L.DomEvent.disableClickPropagation(bar);
    const hint = L.DomUtil.create("span", "", bar);
    hint.textContent = A.text(`edit_${edit.kind}`);
    button("edit_undo", () => { corners.pop(); draw(); }, edit.kind === "point");
    button("edit_save", save);
    button("edit_stop", () => A.send({ event: "placing", geometry: null }));
    if (corners.length) S.map.fitBounds(L.latLngBounds(corners), { maxZoom: 14, padding: [80, 80] });
    draw();
  }

  function button(key, act, skip) {
    if (skip) return;
    const b = L.DomUtil.create("button", key, bar);
    b.type = "button";
    b.textContent = A.text(key);
    L.DomEvent.on(b, "click", act);
  }

  function end() {
    if (!task) return;
    layer.remove();
    handles.remove();
    bar.remove();
    corners = [];
    S.map.doubleClickZoom.enable();
    S.map.getContainer().classList.remove("editing");
  }

  const kind = () => JSON.parse(task).kind;

  // The corners of a geometry as far as one line or ring goes; of another kind, none.
  function points(geometry, wanted) {
    if (!geometry) return [];
    const c = geometry.coordinates;
    if (wanted === "point") return geometry.type === "Point" ? [c] : [];
    if (wanted === "line") return geometry.type === "LineString" ? c : [];
    return geometry.type === "Polygon" ? c[0].slice(0, -1) : [];
  }

  function add(latlng) {
    const last = corners[corners.length - 1];
    if (kind() === "point") corners = [latlng];
    else if (!last || last.distanceTo(latlng) > 1) corners.push(latlng);
    draw();
  }

  function draw() {
    handles.clearLayers();
    corners.forEach((p, i) => {
      const big = kind() === "point", size = big ? 22 : 13;
      const icon = L.divIcon({ className: big ? "handle pin" : "handle", iconSize: [size, size] });
      const mark = L.marker(p, { icon, draggable: true, pane: "edit", keyboard: false, autoPan: true }).addTo(handles);
      mark.on("drag", (e) => { corners[i] = e.target.getLatLng(); shape(); });
      mark.on("contextmenu", () => { if (!big) { corners.splice(i, 1); draw(); } });
    });
    shape();
  }

  function shape() {
    layer.clearLayers();
    const options = { pane: "edit", interactive: false, className: "drawn" };
    if (kind() === "line" && corners.length > 1) L.polyline(corners, options).addTo(layer);
    if (kind() === "area" && corners.length > 1) L.polygon(corners, options).addTo(layer);
    const least = { point: 1, line: 2, area: 3 }[kind()];
    bar.querySelector(".edit_save").disabled = corners.length < least;
  }

  function save() {
    const xy = corners.map((p) => A.fromMap(p).map((v) => Number(v.toFixed(6))).reverse());
    const geometry = {
      point: () => ({ type: "Point", coordinates: xy[0] }),
      line: () => ({ type: "LineString", coordinates: xy }),
      area: () => ({ type: "Polygon", coordinates: [[...xy, xy[0]]] }),
    }[kind()]();
    A.send({ event: "placing", geometry });
  }

  window.planmapEdit = { start, refresh, add };
})();
