// Datum shifts and grid coordinates in the browser: what the pointer shows, and what lies over GCJ-02 tiles.
// The same published formulas as geo/datum.py; a browser test compares the two.
(function () {
  "use strict";
  const A = 6378245.0, EE = 0.00669342162296594323;

  function shift(lat, lon) {
    const x = lon - 105.0, y = lat - 35.0, pi = Math.PI;
    const both = (20 * Math.sin(6 * x * pi) + 20 * Math.sin(2 * x * pi)) * 2 / 3;
    let dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + both;
    dLat += (20 * Math.sin(y * pi) + 40 * Math.sin(y / 3 * pi)) * 2 / 3;
    dLat += (160 * Math.sin(y / 12 * pi) + 320 * Math.sin(y * pi / 30)) * 2 / 3;
    let dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + both;
    dLon += (20 * Math.sin(x * pi) + 40 * Math.sin(x / 3 * pi)) * 2 / 3;
    dLon += (150 * Math.sin(x / 12 * pi) + 300 * Math.sin(x / 30 * pi)) * 2 / 3;
    const s = Math.sin(lat / 180 * pi), magic = 1 - EE * s * s, root = Math.sqrt(magic);
    return [
      dLat * 180 / ((A * (1 - EE)) / (magic * root) * pi),
      dLon * 180 / (A / root * Math.cos(lat / 180 * pi) * pi),
    ];
  }

  function toGcj(lat, lon) {
    const [dLat, dLon] = shift(lat, lon);
    return [lat + dLat, lon + dLon];
  }

  function fromGcj(lat, lon) {
    let p = [lat, lon];
    for (let i = 0; i < 8; i++) {
      const q = toGcj(p[0], p[1]);
      p = [p[0] + lat - q[0], p[1] + lon - q[1]];
    }
    return p;
  }

  // Transverse Mercator on the CGCS2000 ellipsoid (Krueger series to n^4): [easting, northing] in metres.
  function gaussKruger(lat, lon, meridian) {
    const a = 6378137.0, f = 1 / 298.257222101, n = f / (2 - f), e = Math.sqrt(f * (2 - f));
    const n2 = n * n, n3 = n2 * n, n4 = n3 * n;
    const radius = a / (1 + n) * (1 + n2 / 4 + n4 / 64);
    const alpha = [
      n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180,
      13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440,
      61 * n3 / 240 - 103 * n4 / 140,
      49561 * n4 / 161280,
    ];
    const phi = lat * Math.PI / 180, dl = (lon - meridian) * Math.PI / 180, s = Math.sin(phi);
    const t = Math.sinh(Math.atanh(s) - e * Math.atanh(e * s));
    const xi = Math.atan2(t, Math.cos(dl)), eta = Math.atanh(Math.sin(dl) / Math.sqrt(1 + t * t));
    let x = xi, y = eta;
    alpha.forEach((k, i) => {
      const m = 2 * (i + 1);
      x += k * Math.sin(m * xi) * Math.cosh(m * eta);
      y += k * Math.cos(m * xi) * Math.sinh(m * eta);
    });
    return [500000 + radius * y, radius * x];
  }

  // Area in square metres of a ring of [lat, lon] on the sphere of equal area (Chamberlain and Duquette 2007).
  function ringArea(ring) {
    const r = 6371007.2, d = Math.PI / 180;
    let sum = 0;
    for (let i = 0; i < ring.length; i++) {
      const p = ring[i], q = ring[(i + 1) % ring.length];
      sum += (q[1] - p[1]) * d * (2 + Math.sin(p[0] * d) + Math.sin(q[0] * d));
    }
    return Math.abs(sum * r * r / 2);
  }

  window.planmapDatum = { toGcj, fromGcj, gaussKruger, ringArea };
})();
