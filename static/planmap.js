// The map of the page: features, selection, labels and what the address remembers of the view.
// Names and labels arrive escaped for HTML (layers/webmap.py does it once); nothing here builds HTML from other text.
(function () {
  "use strict";
  const D = window.planmapDatum, M = window.planmapMarks;
  const ID = 0, NAME = 1, CATEGORY = 2, PRECISION = 3, LAT = 4, LON = 5, RADIUS = 6, SHAPE = 7, REJECTED = 8;
  const VAGUE = ["faint", "hollow"], NARROWEST_PX = 20, MOST_RADII = 40, CELL_RADIUS_PX = 64, LISTED = 200, SMALLEST_PX = 100;
  const S = { map: null, data: null, hidden: new Set(), datum: "wgs84", selected: null, events: 0, marks: new Map(), points: [] };

  const toMap = (lat, lon) => (S.datum === "gcj02" ? D.toGcj(lat, lon) : [lat, lon]);
  const fromMap = (p) => (S.datum === "gcj02" ? D.fromGcj(p.lat, p.lng) : [p.lat, p.lng]);
  const text = (key) => (S.data && S.data.texts[key]) || "";

  // Tell the page what was done; the counter makes the same event twice two events. While the page is still at work the
  // frame's own messages may take the place of ours, so that it is told again until the map is shown anew.
  function send(event) {
    if (!window.Streamlit) return;
    const told = { ...event, n: Date.now() + S.events++ };
    let times = 0;
    clearInterval(S.telling);
    const tell = () => {
      if (++times > 4) clearInterval(S.telling);
      else window.Streamlit.setComponentValue(told);
    };
    // A view asked for again stops the work on it: of very many features, more time.
    S.telling = setInterval(tell, event.event === "view" ? 5000 : 1500);
    tell();
  }

  // ---- the address ------------------------
  function remember(values) {
    try {
      const host = window.parent, url = new URL(host.location.href);
      if (host === window) return;
      Object.entries(values).forEach(([k, v]) => (v ? url.searchParams.set(k, v) : url.searchParams.delete(k)));
      host.history.replaceState(host.history.state, "", url);
    } catch (error) {
      // The map stands alone, or in a frame of another origin: there is no address to keep.
    }
  }

  function remembered() {
    let given = new URLSearchParams();
    try {
      given = new URL(window.parent.location.href).searchParams;
    } catch (error) {
      // As above.
    }
    const at = (given.get("at") || "").split(",").map(Number), [lat, lon, zoom] = at;
    const sound = at.length >= 3 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 7 && zoom <= 18;
    return { at: sound ? at.slice(0, 3) : null, basemap: given.get("base") };
  }

  // ---- the start: made once, never again ------------------------
  function start(map, base) {
    S.map = map;
    S.base = { ...base, ...remembered() };
    const box = map.getContainer();
    box.classList.add("planmap");
    map.attributionControl.setPrefix("");
    [["outline", 250], ["district-names", 320], ["radii", 380], ["halo", 390], ["shapes", 400], ["labels", 640]].forEach(([name, z]) => {
      map.createPane(name).style.zIndex = z;
    });
    map.getPane("district-names").style.pointerEvents = "none";
    map.getPane("labels").style.pointerEvents = "none";
    S.renderer = L.svg({ pane: "shapes", padding: 0.4 });
    S.outline = L.layerGroup().addTo(map);
    S.shapes = L.featureGroup().addTo(map);
    S.radii = L.layerGroup().addTo(map);
    S.halo = L.layerGroup().addTo(map);
    S.reach = L.layerGroup().addTo(map);
    S.labels = L.layerGroup().addTo(map);
    // What comes as counts by cell is joined where the marks would meet; clusters are made for whole zooms, and shown at halves too.
    S.cells = L.markerClusterGroup({
      maxClusterRadius: CELL_RADIUS_PX, showCoverageOnHover: false, zoomToBoundsOnClick: false, spiderfyOnMaxZoom: false,
      animate: false, chunkedLoading: false, singleMarkerMode: true, iconCreateFunction: cellIcon,
    }).addTo(map);
    S.cells.on("clusterclick", (e) => openCells(e.layer.getAllChildMarkers(), e.layer.getLatLng()));
    S.clusters = L.markerClusterGroup({
      maxClusterRadius: (zoom) => (zoom < 12 ? 46 : zoom < 15 ? 42 : 20),
      showCoverageOnHover: false,
      zoomToBoundsOnClick: false,
      spiderfyOnMaxZoom: false,
      animate: false,
      chunkedLoading: false,
      iconCreateFunction: clusterIcon,
    }).addTo(map);
    S.clusters.on("clusterclick", openCluster);
    drawOutline();
    if (S.base.at) map.setView(toMap(S.base.at[0], S.base.at[1]), S.base.at[2], { animate: false });
    else home(false);
    // Only a view that someone chose is worth an address; the frame's own growing and shrinking is not.
    map.on("movestart", () => { S.moved = S.moved || S.touched; });
    ["pointerdown", "wheel", "keydown"].forEach((name) => {
      box.addEventListener(name, () => { S.touched = true; }, { passive: true, capture: true });
    });
    map.on("moveend", () => {
      const [lat, lon] = fromMap(map.getCenter()), { x, y } = map.getSize();
      if (S.moved) remember({ at: [lat.toFixed(4), lon.toFixed(4), map.getZoom(), x, y].join() });
      label();
      radii();
      // With very many features the server sends what is in view; with fewer it hears nothing of a move.
      clearTimeout(S.asking);
      if (S.data && S.data.partial) S.asking = setTimeout(askForView, 200);
    });
    // The frame is as tall as the page gives it; Leaflet must hear of it.
    new ResizeObserver(() => {
      map.invalidateSize({ animate: false });
      if (!S.moved && !S.base.at) home(false, S.focus);
    }).observe(box);
    if (window.planmapControls) window.planmapControls.start(S, api);
    if (window.planmapEdit) window.planmapEdit.start(S, api);
  }

  // Whether what the server sent for one view, with a margin around it, will do for the view now.
  function enough([south, west, north, east, zoom]) {
    const b = S.map.getBounds(), high = (north - south) / 2, wide = (east - west) / 2;
    return Math.abs(S.map.getZoom() - zoom) <= 0.5 && b.getSouth() >= south - high && b.getNorth() <= north + high &&
      b.getWest() >= west - wide && b.getEast() <= east + wide;
  }

  // Before the page has given the frame its size, what it shows is nobody's view.
  function tooSmall() {
    const { x, y } = S.map.getSize();
    return x < SMALLEST_PX || y < SMALLEST_PX;
  }

  function askForView() {
    if (tooSmall()) return;
    const b = S.map.getBounds(), [s, w] = fromMap(b.getSouthWest()), [n, e] = fromMap(b.getNorthEast());
    const view = [s, w, n, e, S.map.getZoom()].map((v) => Number(v.toFixed(4)));
    if (JSON.stringify(view) === S.asked) return;
    S.asked = JSON.stringify(view);
    send({ event: "view", view });
  }

  function home(animate, bounds) {
    if (tooSmall()) return;
    const [s, w, n, e] = bounds || S.base.bounds;
    const legend = document.querySelector(".legend"), right = legend && S.map.getSize().x > 560 ? legend.offsetWidth + 14 : 8;
    S.map.fitBounds([toMap(s, w), toMap(n, e)], { paddingTopLeft: [44, 8], paddingBottomRight: [right, 8], animate });
  }

  function drawOutline() {
    S.outline.clearLayers();
    S.base.districts.forEach((d) => {
      const rings = d.rings.map((polygon) => polygon.map((ring) => ring.map((p) => toMap(p[1], p[0]))));
      L.polygon(rings, { pane: "outline", className: "district", interactive: false, weight: 1 }).addTo(S.outline);
      const name = S.data && S.data.lang === "en" ? d.en : d.zh;
      L.marker(toMap(d.at[1], d.at[0]), {
        pane: "district-names", interactive: false, keyboard: false,
        icon: L.divIcon({ className: "district-name", html: `<span>${name}</span>`, iconSize: [0, 0] }),
      }).addTo(S.outline);
    });
  }

  // ---- features ------------------------
  function show(data) {
    const language = S.data && S.data.lang, before = S.data && S.data.stamp, fly = data.fly && data.fly !== S.fly;
    S.fly = data.fly;
    S.data = data;
    clearInterval(S.telling);
    S.byId = new Map(data.features.map((f) => [f[ID], f]));
    if (data.alone) {
      // What is selected comes even where only counts do, or where it is out of view; its shape follows the others.
      const [f, shape] = data.alone;
      if (shape) data.shapes.push(shape);
      S.byId.set(f[ID], shape ? [...f.slice(0, SHAPE), data.shapes.length - 1, f[REJECTED]] : f);
    }
    if (language !== data.lang) drawOutline();
    if (before !== data.stamp) {
      draw();
      if (window.planmapControls) window.planmapControls.refresh(data);
    }
    if (data.partial && !S.asked && !enough(data.window)) askForView();
    focus(data.focus, fly);
    select(data.selected, fly);
    openPlace(data.here);
    if (window.planmapEdit) window.planmapEdit.refresh(data.edit);
  }

  // The districts chosen fill the map; taking them off again shows the whole city.
  function focus(bounds, flying) {
    const first = S.focus === undefined, same = JSON.stringify(bounds) === JSON.stringify(S.focus);
    S.focus = bounds;
    if (same || flying || (first && (S.base.at || !bounds))) return;
    home(!first, bounds);
  }

  function visible() {
    return S.data.features.filter((f) => !S.hidden.has(S.data.categories[f[CATEGORY]].code));
  }

  function look(f) {
    return S.data.precisions[f[PRECISION]].look;
  }

  // Places that stand for a whole district or city are marks only; their outline shows when selected.
  const drawn = (f) => f[SHAPE] >= 0 && look(f) !== "ghost" && look(f) !== "hollow";

  function style(f, selected) {
    const line = S.data.shapes[f[SHAPE]][0] === "line", colour = S.data.categories[f[CATEGORY]].colour;
    const faint = look(f) !== "solid";
    const gone = f[REJECTED], dash = gone ? "1 8" : S.data.precisions[f[PRECISION]].dash || null;
    return {
      color: colour, dashArray: dash, lineCap: "round", weight: (line ? 3.2 : 1.6) + (selected ? 2 : 0),
      opacity: selected ? 1 : gone ? 0.45 : faint ? 0.6 : 0.85,
      fill: !line, fillColor: colour, fillOpacity: selected ? 0.26 : gone ? 0.02 : faint ? 0.07 : 0.14,
    };
  }

  function geometry(shape, options) {
    const [kind, parts] = shape;
    const points = (ring) => ring.map((p) => toMap(p[1], p[0]));
    if (kind === "line") return L.polyline(parts.map(points), options);
    return L.polygon(parts.map((polygon) => polygon.map(points)), options);
  }

  function draw() {
    S.clusters.clearLayers();
    S.reach.clearLayers();
    S.shapes.clearLayers();
    S.marks.clear();
    const shared = new Map(), marks = [], rows = visible();
    rows.forEach((f) => drawn(f) && shared.set(f[SHAPE], (shared.get(f[SHAPE]) || 0) + 1));
    const done = new Set();
    rows.forEach((f) => {
      const alone = drawn(f) && shared.get(f[SHAPE]) === 1;
      if (drawn(f) && !done.has(f[SHAPE])) {
        done.add(f[SHAPE]);
        const layer = geometry(S.data.shapes[f[SHAPE]], { pane: "shapes", renderer: S.renderer, ...style(f, false) });
        layer.feature = f;
        layer.bindTooltip(tip, { sticky: true, className: "tip" });
        layer.on("click", (e) => {
          if (S.data.edit) return;
          L.DomEvent.stopPropagation(e);
          choose(f[ID]);
        });
        layer.addTo(S.shapes);
        if (alone) S.marks.set(f[ID], layer);
      }
      // A line of its own needs no mark; several things on one line, and all areas, do.
      if (!(alone && S.data.shapes[f[SHAPE]][0] === "line")) {
        const mark = L.marker(toMap(f[LAT], f[LON]), { icon: icon(f), keyboard: true, riseOnHover: true });
        mark.feature = f;
        mark.bindTooltip(tip, { direction: "top", offset: [0, -10], className: "tip" });
        mark.on("click keypress", (e) => {
          if (S.data.edit) window.planmapEdit.add(mark.getLatLng());
          else if (e.type === "click" || (e.originalEvent && e.originalEvent.key === "Enter")) choose(f[ID]);
        });
        mark.on("mouseover focus", () => reach(f)).on("mouseout blur", () => S.reach.clearLayers());
        if (!S.marks.has(f[ID])) S.marks.set(f[ID], mark);
        marks.push(mark);
      }
    });
    S.clusters.addLayers(marks);
    S.points = marks.filter(({ feature: f }) => f[RADIUS] > 0 && f[SHAPE] < 0 && VAGUE.includes(look(f)));
    drawCells();
    label();
    radii();
  }

  // Where the features in view are too many to send: their counts by cell, which a click opens.
  function drawCells() {
    S.cells.clearLayers();
    S.cells.addLayers((S.data.cells || []).map(([lat, lon, all, one]) => {
      const counts = all.map((n, i) => (S.hidden.has(S.data.categories[i].code) ? 0 : n));
      const mark = L.marker(toMap(lat, lon), { keyboard: true });
      Object.assign(mark, { counts, total: counts.reduce((sum, n) => sum + n, 0), one, place: [lat, lon] });
      return mark.on("click", () => openCells([mark], mark.getLatLng()));
    }).filter((mark) => mark.total));
  }

  function cellIcon(c) {
    const all = c.getAllChildMarkers(), counts = new Array(S.data.categories.length).fill(0);
    all.forEach((m) => m.counts.forEach((n, i) => { counts[i] += n; }));
    const { size, html } = M.cluster(counts, all.reduce((sum, m) => sum + m.total, 0), S.data.categories, S.data.lang);
    return L.divIcon({ className: "cluster", html, iconSize: [size, size] });
  }

  // Cells are zoomed into; where all is at one place that would end nowhere, and the page is asked for a list.
  function openCells(cells, at) {
    const zoom = S.map.getZoom(), most = S.map.getMaxZoom();
    if (zoom < most && !(cells.length === 1 && cells[0].one)) S.map.setView(at, Math.min(zoom + 2, most));
    else send({ event: "place", place: [...cells[0].place, Date.now()] });
  }

  function openPlace(here) {
    if (!here || here.asked === S.opened) return;
    S.opened = here.asked;
    openList(L.latLng(toMap(here.at[0], here.at[1])), here.features, here.total);
  }

  const symbol = (f, size) => M.svg(S.data.categories[f[CATEGORY]], look(f), size, f[REJECTED]);

  const rejected = (f) => (f[REJECTED] ? ` · ${text("rejected")}` : "");

  function icon(f) {
    const size = look(f) === "ghost" ? 20 : 22;
    return L.divIcon({
      className: "mark", iconSize: [size, size],
      html: symbol(f, size) + `<span class="sr">${f[NAME]}${rejected(f)}</span>`,
    });
  }

  function tip(layer) {
    const f = layer.feature;
    return `<b>${f[NAME]}</b><br><span>${S.data.categories[f[CATEGORY]].label} · ` +
      `${S.data.precisions[f[PRECISION]].label}${rejected(f)}</span>`;
  }

  function clusterIcon(c) {
    const counts = new Array(S.data.categories.length).fill(0), all = c.getAllChildMarkers();
    all.forEach((m) => counts[m.feature[CATEGORY]]++);
    const { size, html } = M.cluster(counts, all.length, S.data.categories, S.data.lang);
    return L.divIcon({ className: "cluster", html, iconSize: [size, size] });
  }

  const narrow = (bounds) => bounds.getSouthWest().distanceTo(bounds.getNorthEast()) < 30;

  // A cluster of one place opens as a list of its features; any other is zoomed into.
  function openCluster(e) {
    const all = e.layer.getAllChildMarkers(), bounds = e.layer.getBounds();
    if (!narrow(bounds) && S.map.getZoom() < S.map.getMaxZoom()) {
      const zoom = Math.max(S.map.getBoundsZoom(bounds, false, L.point(40, 40)), S.map.getZoom() + 1);
      S.map.setView(bounds.getCenter(), Math.min(zoom, S.map.getMaxZoom()));
      return;
    }
    openList(e.layer.getLatLng(), all.map((m) => m.feature).sort((a, b) => a[CATEGORY] - b[CATEGORY]), all.length);
  }

  function openList(at, features, total) {
    const list = L.DomUtil.create("div", "place-list");
    L.DomUtil.create("p", "", list).textContent = text("here").replace("{n}", total);
    features.slice(0, LISTED).forEach((f) => {
      const row = L.DomUtil.create("button", "", list);
      row.type = "button";
      row.innerHTML = symbol(f, 18) + `<span>${f[NAME]}${rejected(f)}</span>`;
      L.DomEvent.on(row, "click", () => choose(f[ID]));
    });
    if (total > Math.min(features.length, LISTED)) {
      L.DomUtil.create("p", "rest", list).textContent = text("first").replace("{n}", Math.min(features.length, LISTED));
    }
    L.popup({ className: "place", maxWidth: 300, minWidth: 220, offset: [0, -4] }).setLatLng(at).setContent(list).openOn(S.map);
  }

  // Around what lies somewhere in a part or a district: how wide. Only of what stands by itself in view, once the circle is wider
  // than the mark; the narrowest first, until together they have the size of the view, so that they never become a fog.
  function radii() {
    S.radii.clearLayers();
    if (!S.data) return;
    const view = S.map.getBounds(), { x, y } = S.map.getSize(), places = new Map();
    const pixel = 40075016.7 * Math.cos(S.map.getCenter().lat * Math.PI / 180) / (256 * 2 ** S.map.getZoom());
    S.points.forEach((mark) => {
      const f = mark.feature, wide = f[RADIUS] / pixel;
      if (wide < NARROWEST_PX || wide > Math.min(x, y) / 2 || !view.contains(mark.getLatLng())) return;
      const shown = S.clusters.getVisibleParent(mark);
      if (!shown || (shown !== mark && !narrow(shown.getBounds()))) return;
      const key = [f[LAT], f[LON], f[RADIUS]].join(), colour = S.data.categories[f[CATEGORY]].colour;
      places.set(key, { f, wide, colour: places.has(key) ? "#56616e" : colour });
    });
    let room = x * y;
    [...places.values()].sort((a, b) => a.wide - b.wide).slice(0, MOST_RADII).forEach(({ f, wide, colour }) => {
      room -= Math.PI * wide * wide;
      if (room > 0) circle(f, { pane: "radii", className: `about ${look(f)}`, color: colour }).addTo(S.radii);
    });
  }

  // ---- selection ------------------------
  function choose(id) {
    select(id, false);
    if (S.data.selected !== id) send({ event: "select", id });
  }

  function circle(f, options) {
    return L.circle(toMap(f[LAT], f[LON]), {
      radius: f[RADIUS], pane: "halo", interactive: false, className: "radius",
      color: S.data.categories[f[CATEGORY]].colour, ...options,
    });
  }

  // Under the pointer, a mark that stands for a wider place shows how wide.
  function reach(f) {
    S.reach.clearLayers();
    if (f[RADIUS] > 0 && f[SHAPE] < 0) circle(f).addTo(S.reach);
  }

  function select(id, fly) {
    S.halo.clearLayers();
    const f = id && S.byId && S.byId.get(id);
    S.selected = f ? id : null;
    if (!f) return;
    const at = L.latLng(toMap(f[LAT], f[LON]));
    let bounds = L.latLngBounds([at]);
    if (f[SHAPE] >= 0) {
      const layer = geometry(S.data.shapes[f[SHAPE]], { ...style(f, true), pane: "halo", interactive: false });
      layer.addTo(S.halo);
      bounds = layer.getBounds();
    }
    if (f[RADIUS] > 0 && f[SHAPE] < 0) bounds = circle(f).addTo(S.halo).getBounds();
    L.circleMarker(at, { radius: 15, pane: "halo", interactive: false, className: "chosen" }).addTo(S.halo);
    if (fly) {
      S.moved = true;
      S.map.flyToBounds(bounds, { maxZoom: 15, padding: [60, 60], duration: 0.5 });
    } else if (!S.map.getBounds().pad(-0.04).contains(at) && f[SHAPE] < 0) S.map.panTo(at);
  }

  // ---- labels: names of districts beside the marks, and of what stands alone at close zoom, without overlaps ----
  const ASIDE = [[0, 0], [0, 26], [0, -26], [38, 0], [-38, 0], [34, 22], [-34, 22], [34, -22], [-34, -22]];

  const meets = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

  function label() {
    S.labels.clearLayers();
    if (!S.data) return;
    const frame = S.map.getContainer().getBoundingClientRect();
    const box = (e) => {
      const r = e.getBoundingClientRect();
      return [r.left - frame.left, r.top - frame.top, r.right - frame.left, r.bottom - frame.top];
    };
    const taken = [...document.querySelectorAll(".mark, .cluster, .legend")].map(box);
    placeDistricts(box, taken);
    if (S.map.getZoom() >= 12) nameMarks(taken);
  }

  // A district's name steps aside where a mark stands on it, and keeps away where there is no room.
  function placeDistricts(box, taken) {
    const spans = [...document.querySelectorAll(".district-name span")];
    spans.forEach((span) => {
      span.style.margin = "0";
      span.classList.remove("away");
    });
    // All measured before any is moved: each measuring after a move would lay out the page anew.
    const boxes = spans.map(box);
    spans.forEach((span, k) => {
      const [left, top, right, bottom] = boxes[k];
      const free = ASIDE.find(([x, y]) => !taken.some((t) => meets([left + x, top + y, right + x, bottom + y], t)));
      if (!free) span.classList.add("away");
      else {
        const [x, y] = free;
        span.style.margin = `${y}px 0 0 ${x}px`;
        taken.push([left + x, top + y, right + x, bottom + y]);
      }
    });
  }

  function nameMarks(taken) {
    const size = S.map.getSize();
    const put = (f, at) => {
      const p = S.map.latLngToContainerPoint(at);
      if (p.x < 0 || p.y < 0 || p.x > size.x || p.y > size.y) return;
      const plain = f[NAME].replace(/&[#a-z0-9]+;/g, "x");
      const width = [...plain].reduce((w, c) => w + (c > "\u2e80" ? 12 : 6.6), 10);
      const room = [p.x + 16, p.y - 9, p.x + 16 + width, p.y + 9];
      if (taken.some((t) => meets(room, t))) return;
      taken.push(room);
      L.marker(at, {
        pane: "labels", interactive: false, keyboard: false,
        icon: L.divIcon({ className: "name", html: `<span>${f[NAME]}</span>`, iconSize: [0, 0] }),
      }).addTo(S.labels);
    };
    const order = [...S.marks.values()].sort((a, b) => a.feature[PRECISION] - b.feature[PRECISION]);
    order.forEach((layer) => {
      if (layer instanceof L.Marker) {
        // Inside a cluster the mark itself is not on the map.
        if (layer._icon) put(layer.feature, layer.getLatLng());
      } else if (S.map.getBounds().intersects(layer.getBounds())) {
        const middle = layer instanceof L.Polygon ? null : layer.getCenter();
        if (middle) put(layer.feature, middle);
      }
    });
  }

  // ---- what the controls may do ------------------------
  const api = {
    send, remember, toMap, fromMap, text, home, choose,
    visible,
    toggle(code) {
      if (S.hidden.has(code)) S.hidden.delete(code);
      else S.hidden.add(code);
      draw();
      select(S.selected, false);
    },
    setHidden(codes) {
      S.hidden = new Set(codes);
      draw();
      select(S.selected, false);
    },
    setDatum(datum) {
      if (datum === S.datum) return;
      const [lat, lon] = fromMap(S.map.getCenter());
      S.datum = datum;
      drawOutline();
      if (S.data) draw();
      select(S.selected, false);
      S.map.setView(toMap(lat, lon), S.map.getZoom(), { animate: false });
    },
  };
  window.planmap = { start, show, state: S, api };
})();
