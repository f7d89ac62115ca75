// Marks: how a feature looks. Colour and symbol tell the category, the ring tells how sure the place is.
(function () {
  "use strict";
  // Outlines of the symbols in a box of 24 by 24, centred at (12, 12).
  const SHAPES = {
    circle: "M12 7.6a4.4 4.4 0 1 0 0 8.8a4.4 4.4 0 1 0 0-8.8z",
    square: "M8.2 8.2h7.6v7.6h-7.6z",
    diamond: "M12 6.6L17.4 12L12 17.4L6.6 12z",
    triangle: "M12 6.8L17 15.6H7z",
    inverted: "M7 8.4H17L12 17.2z",
    star: "M12 6.2l1.6 3.8 4.1.3-3.1 2.7 1 4-3.6-2.2-3.6 2.2 1-4-3.1-2.7 4.1-.3z",
    pentagon: "M12 6.6l5.2 3.8-2 6.1H8.8l-2-6.1z",
    hexagon: "M12 6.6l4.7 2.7v5.4L12 17.4l-4.7-2.7V9.3z",
    octagon: "M9.8 6.8h4.4l3 3v4.4l-3 3H9.8l-3-3V9.8z",
    plus: "M10.4 7h3.2v3.4H17v3.2h-3.4V17h-3.2v-3.4H7v-3.2h3.4z",
    cross: "M8.8 7L12 10.1 15.2 7 17 8.8 13.9 12 17 15.2 15.2 17 12 13.9 8.8 17 7 15.2 10.1 12 7 8.8z",
    bar: "M7 10.2h10v3.6H7z",
    pillar: "M10.2 7h3.6v10h-3.6z",
    leaf: "M17 7c0 6-3 10-10 10C7 11 11 7 17 7z",
    ring: "M12 7a5 5 0 1 0 0 10a5 5 0 1 0 0-10zm0 2.6a2.4 2.4 0 1 1 0 4.8a2.4 2.4 0 1 1 0-4.8z",
  };

  function symbol(name) {
    return SHAPES[name] || SHAPES.circle;
  }

  // An SVG of 24 by 24 for a category's style and a precision's look ("solid", "ring", "faint", "ghost").
  function svg(style, look, size) {
    const colour = style.colour, path = symbol(style.symbol);
    let body;
    if (look === "solid") {
      body = `<circle cx="12" cy="12" r="10.4" fill="${colour}" stroke="#fff" stroke-width="1.6"/>` +
        `<path d="${path}" fill="#fff"/>`;
    } else if (look === "ring") {
      body = `<circle cx="12" cy="12" r="9.8" fill="#fff" stroke="${colour}" stroke-width="2.4"/>` +
        `<path d="${path}" fill="${colour}"/>`;
    } else if (look === "faint") {
      body = `<circle cx="12" cy="12" r="9.8" fill="#fff" fill-opacity=".78" stroke="${colour}" ` +
        `stroke-width="1.6" stroke-dasharray="3.1 2.4"/><path d="${path}" fill="${colour}" fill-opacity=".85"/>`;
    } else {
      body = `<circle cx="12" cy="12" r="8.6" fill="#fff" fill-opacity=".7" stroke="${colour}" stroke-opacity=".65" ` +
        `stroke-width="1.1" stroke-dasharray="1.2 2.2"/><path d="${path}" fill="${colour}" fill-opacity=".55" ` +
        `transform="translate(12 12) scale(.82) translate(-12 -12)"/>`;
    }
    return `<svg viewBox="0 0 24 24" width="${size}" height="${size}" aria-hidden="true">${body}</svg>`;
  }

  // A ring of shares by category with the count in its middle.
  function cluster(counts, total, styles) {
    const size = total < 10 ? 28 : total < 50 ? 34 : total < 200 ? 40 : 46, r = size / 2 - 2.5, around = 2 * Math.PI * r;
    let at = 0, arcs = "";
    counts.forEach((n, c) => {
      if (!n) return;
      const share = n / total * around;
      arcs += `<circle cx="${size / 2}" cy="${size / 2}" r="${r}" fill="none" stroke="${styles[c].colour}" ` +
        `stroke-width="4" stroke-dasharray="${share} ${around - share}" stroke-dashoffset="${-at}"/>`;
      at += share;
    });
    return {
      size,
      html: `<svg viewBox="0 0 ${size} ${size}" width="${size}" height="${size}" aria-hidden="true">` +
        `<circle cx="${size / 2}" cy="${size / 2}" r="${size / 2 - 1}" fill="#fff" fill-opacity=".94"/>${arcs}</svg>` +
        `<span>${total}</span>`,
    };
  }

  window.planmapMarks = { svg, cluster };
})();
