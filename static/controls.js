// The controls on the map: legend that switches layers, basemaps, home, full screen, pointer, measuring.
(function () {
  "use strict";
  const D = window.planmapDatum, M = window.planmapMarks, NARROW_PX = 440;
  let S, A, legend, legendBody, ground, pointer, note, tiles = [], basemap = "plain", wide = true;

  function button(parent, name, path, key, act) {
    const b = L.DomUtil.create("button", `tool ${name}`, parent);
    b.type = "button";
    b.dataset.text = key;
    b.innerHTML = `<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="${path}"/></svg>`;
    L.DomEvent.disableClickPropagation(b);
    L.DomEvent.on(b, "click", act);
    return b;
  }

  function control(position, build) {
    const c = new L.Control({ position });
    c.onAdd = () => {
      const box = L.DomUtil.create("div");
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      build(box);
      return box;
    };
    return c.addTo(S.map);
  }

  const PATHS = {
    home: "M4 11.5 12 5l8 6.5M6.5 10v8.5h4V14h3v4.5h4V10",
    full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    measure: "M3.5 15.5 15.5 3.5l5 5-12 12zM7 12l2 2M10 9l3 3M13 6l2 2",
    layers: "M12 4 3.5 8.5 12 13l8.5-4.5zM3.5 12.2 12 16.7l8.5-4.5M3.5 15.9 12 20.4l8.5-4.5",
  };

  function start(state, api) {
    S = state;
    A = api;
    control("topleft", (box) => {
      box.className = "leaflet-bar tools";
      button(box, "home", PATHS.home, "home", () => A.home(true));
      button(box, "full", PATHS.full, "full", fullscreen);
      button(box, "measure", PATHS.measure, "measure", measure);
    });
    L.control.scale({ imperial: false, maxWidth: 120 }).addTo(S.map);
    control("bottomright", (box) => {
      box.className = "pointer";
      pointer = box;
    });
    control("bottomleft", (box) => {
      box.className = "ground";
      ground = box;
    });
    control("topright", (box) => {
      legend = box;
      box.className = "legend";
    });
    note = L.DomUtil.create("div", "note", S.map.getContainer());
    note.setAttribute("role", "status");
    S.map.on("mousemove", (e) => point(e.latlng));
    S.map.on("mouseout", () => point(S.map.getCenter()));
    S.map.on("click", measured).on("mousemove", stretched).on("dblclick", finish);
    document.addEventListener("fullscreenchange", () => S.map.invalidateSize());
    // On a phone the open legend would hide half of the map.
    wide = window.innerHeight > 430 && window.innerWidth > NARROW_PX;
    basemap = S.base.basemap || "plain";
  }

  function refresh(data) {
    document.querySelectorAll("[data-text]").forEach((b) => {
      b.title = A.text(b.dataset.text);
      b.setAttribute("aria-label", A.text(b.dataset.text));
    });
    drawLegend(data);
    drawGround(data);
    if (!tiles.length && basemap !== "plain") setBasemap(basemap);
    point(S.map.getCenter());
  }

  // ---- legend ------------------------
  function drawLegend(data) {
    const counts = new Array(data.categories.length).fill(0), sure = new Array(data.precisions.length).fill(0);
    if (data.counts) {
      data.counts.forEach((row, i) => row.forEach((n, k) => {
        counts[i] += n;
        if (!S.hidden.has(data.categories[i].code)) sure[k] += n;
      }));
    } else {
      data.features.forEach((f) => counts[f[2]]++);
      A.visible().forEach((f) => sure[f[3]]++);
    }
    legend.innerHTML = "";
    legend.classList.toggle("closed", !wide);
    const head = L.DomUtil.create("button", "head", legend);
    head.type = "button";
    head.setAttribute("aria-expanded", String(wide));
    head.innerHTML = `<span>${A.text("legend")}</span><span class="caret" aria-hidden="true"></span>`;
    L.DomEvent.on(head, "click", () => { wide = !wide; drawLegend(S.data); });
    if (!wide) return;
    legendBody = L.DomUtil.create("div", "body", legend);
    data.categories.forEach((c, i) => {
      if (!counts[i]) return;
      const off = S.hidden.has(c.code), row = L.DomUtil.create("button", off ? "row off" : "row", legendBody);
      row.type = "button";
      row.setAttribute("aria-pressed", String(!off));
      row.dataset.category = c.code;
      row.innerHTML = `${M.svg(c, "solid", 16)}<span class="what">${c.label}</span><span class="n">${counts[i]}</span>`;
      L.DomEvent.on(row, "click", () => { A.toggle(c.code); drawLegend(S.data); focusRow(c.code); });
    });
    if (S.hidden.size) {
      const all = L.DomUtil.create("button", "all", legendBody);
      all.type = "button";
      all.textContent = A.text("all");
      L.DomEvent.on(all, "click", () => { A.setHidden([]); drawLegend(S.data); });
    }
    L.DomUtil.create("div", "rule", legendBody);
    const grey = { colour: "#56616e", symbol: S.data.categories[0].symbol };
    data.precisions.forEach((p, i) => {
      if (!sure[i]) return;
      const row = L.DomUtil.create("div", "row", legendBody);
      row.innerHTML = `${M.svg(grey, p.look, 16)}<span class="what">${p.label}</span><span class="n">${sure[i]}</span>`;
    });
    const rejected = data.counts ? data.rejected : A.visible().filter((f) => f[8]).length;
    if (rejected) {
      const row = L.DomUtil.create("div", "row rejected", legendBody);
      row.innerHTML = `${M.svg(grey, "solid", 16, true)}<span class="what">${A.text("rejected")}</span><span class="n">${rejected}</span>`;
    }
  }

  function drawGround(data) {
    ground.innerHTML = "";
    ground.title = A.text("basemap");
    const pick = L.DomUtil.create("select", "", ground);
    pick.setAttribute("aria-label", A.text("basemap"));
    data.basemaps.forEach((b) => {
      const option = L.DomUtil.create("option", "", pick);
      option.value = b.code;
      option.innerHTML = b.label;
      option.selected = b.code === basemap;
    });
    L.DomEvent.on(pick, "change", () => setBasemap(pick.value));
  }

  function focusRow(code) {
    const row = legendBody.querySelector(`[data-category="${code}"]`);
    if (row) row.focus();
  }

  // ---- basemaps ------------------------
  function setBasemap(code) {
    const choice = S.data.basemaps.find((b) => b.code === code);
    tiles.forEach((t) => t.remove());
    tiles = [];
    note.textContent = "";
    if (!choice || choice.code === "plain") {
      plain();
      return;
    }
    basemap = code;
    S.map.getContainer().classList.add("tiled");
    A.setDatum(choice.datum || "wgs84");
    if (choice.datum === "gcj02") say("shifted", 6000);
    let good = 0, bad = 0;
    tiles = choice.tiles.map((t) => {
      const layer = L.tileLayer(xyz(t.url), { attribution: t.credit, maxZoom: 18, subdomains: t.subdomains || "abc" });
      layer.on("tileload", () => good++);
      layer.on("tileerror", () => {
        bad++;
        if (!good && bad >= 3 && basemap === code) {
          setBasemap("plain");
          say("no_basemap", 8000);
        }
      });
      return layer.addTo(S.map);
    });
    A.remember({ base: code });
    drawGround(S.data);
  }

  // An address as WMTS writes it names the same three numbers in other words.
  function xyz(url) {
    return [["TileMatrix", "z"], ["TileRow", "y"], ["TileCol", "x"]].reduce(
      (made, [name, letter]) => made.replace(new RegExp(`\\{${name}\\}`, "gi"), `{${letter}}`), url);
  }

  function plain() {
    basemap = "plain";
    S.map.getContainer().classList.remove("tiled");
    A.setDatum("wgs84");
    A.remember({ base: "" });
    drawGround(S.data);
  }

  let quiet = 0;
  function say(key, time) {
    note.textContent = A.text(key);
    clearTimeout(quiet);
    if (time) quiet = setTimeout(() => { note.textContent = ""; }, time);
  }

  // ---- full screen, pointer ------------------------
  function fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen();
  }

  function point(latlng) {
    if (!S.data) return;
    const [lat, lon] = A.fromMap(latlng), grid = S.data.grid, [x, y] = D.gaussKruger(lat, lon, grid.meridian);
    pointer.innerHTML = `<span>${lon.toFixed(5)}°E ${lat.toFixed(5)}°N</span>` +
      `<span>EPSG:${grid.epsg} X ${y.toFixed(0)} Y ${x.toFixed(0)}</span>`;
  }

  // ---- measuring ------------------------
  let points = null, drawing = null, loose = null;
  function measure() {
    if (points) {
      stop();
      return;
    }
    points = [];
    drawing = L.layerGroup().addTo(S.map);
    S.map.doubleClickZoom.disable();
    S.map.getContainer().classList.add("measuring");
    say("measure_how");
  }

  function stop() {
    drawing.remove();
    points = drawing = loose = null;
    S.map.doubleClickZoom.enable();
    S.map.getContainer().classList.remove("measuring");
    note.textContent = "";
  }

  function figures(path) {
    const true_ = path.map((p) => L.latLng(A.fromMap(p)));
    let length = 0;
    for (let i = 1; i < true_.length; i++) length += true_[i - 1].distanceTo(true_[i]);
    const area = D.ringArea(true_.map((p) => [p.lat, p.lng]));
    const far = length < 1000 ? `${length.toFixed(0)} m` : `${(length / 1000).toFixed(2)} km`;
    if (true_.length < 3) return far;
    const mu = area * 0.0015;
    return `${far} · ${area < 1e5 ? `${area.toFixed(0)} m²` : `${(area / 1e6).toFixed(2)} km²`} · ` +
      `${mu < 100 ? mu.toFixed(1) : mu.toFixed(0)} ${A.text("mu")}`;
  }

  function redraw(path) {
    drawing.clearLayers();
    if (path.length > 2) L.polygon(path, { className: "measure-area", interactive: false, stroke: false }).addTo(drawing);
    L.polyline(path, { className: "measure-line", interactive: false, weight: 2 }).addTo(drawing);
    points.forEach((p) => L.circleMarker(p, { radius: 3.5, className: "measure-point", interactive: false }).addTo(drawing));
  }

  function measured(e) {
    if (!points || loose) return;
    points.push(e.latlng);
    redraw(points);
    if (points.length > 1) note.textContent = figures(points);
  }

  function stretched(e) {
    if (!points || loose || !points.length) return;
    redraw([...points, e.latlng]);
    note.textContent = figures([...points, e.latlng]);
  }

  function finish() {
    if (!points || loose) return;
    points = points.filter((p, i) => !i || p.distanceTo(points[i - 1]) > 0.01);
    loose = points;
    redraw(points);
    note.textContent = figures(points);
  }

  document.addEventListener("keydown", (e) => { if (e.key === "Escape" && points) stop(); });
  window.planmapControls = { start, refresh, setBasemap, say };
})();
