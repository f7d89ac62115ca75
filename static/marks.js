// Marks: how a feature looks. Colour and symbol tell the category, the ring tells how sure the place is.
(function () {
  "use strict";
  // An SVG of 24 by 24 for a category's style and a precision's look ("solid", "ring", "faint", "hollow", "ghost"), as on sheets.
  // What a person rejected is faint and struck out.
  function svg(style, look, size, rejected) {
    const colour = style.colour;
    // Symbols come in a box from -10 to 10.
    const symbol = (fill, scale) => `<path d="${style.symbol}" fill="${fill}" transform="translate(12 12) scale(${scale})"/>`;
    let body;
    if (look === "solid") {
      body = `<circle cx="12" cy="12" r="10.6" fill="${colour}" stroke="#fff" stroke-width="1.4"/>${symbol("#fff", 0.56)}`;
    } else if (look === "ring") {
      body = `<circle cx="12" cy="12" r="9.8" fill="#fff" stroke="${colour}" stroke-width="2.4"/>${symbol(colour, 0.54)}`;
    } else if (look === "faint") {
      body = `<circle cx="12" cy="12" r="9.8" fill="#fff" fill-opacity=".82" stroke="${colour}" stroke-width="1.6" ` +
        `stroke-dasharray="3.1 2.4"/><g opacity=".85">${symbol(colour, 0.5)}</g>`;
    } else if (look === "hollow") {
      body = `<circle cx="12" cy="12" r="9.4" fill="#fff" fill-opacity=".82" stroke="${colour}" stroke-opacity=".8" ` +
        `stroke-width="1"/><path d="${style.symbol}" fill="none" stroke="${colour}" stroke-opacity=".8" stroke-width="2" ` +
        `transform="translate(12 12) scale(.46)"/>`;
    } else {
      body = `<circle cx="12" cy="12" r="8.6" fill="#fff" fill-opacity=".75" stroke="${colour}" stroke-opacity=".7" ` +
        `stroke-width="1.1" stroke-dasharray="1.2 2.2"/><g opacity=".55">${symbol(colour, 0.4)}</g>`;
    }
    if (rejected) body = `<g opacity=".4">${body}</g><path d="M4 20 20 4" stroke="#22303c" stroke-width="2" stroke-linecap="round"/>`;
    return `<svg viewBox="0 0 24 24" width="${size}" height="${size}" aria-hidden="true">${body}</svg>`;
  }

  // A count short enough to stand in a mark: 1.2万, 12K.
  function brief(n, lang) {
    return n < 10000 ? String(n) : new Intl.NumberFormat(lang, { notation: "compact", maximumSignificantDigits: 2 }).format(n);
  }

  // A ring of shares by category with the count in its middle.
  function cluster(counts, total, styles, lang) {
    const size = total < 10 ? 28 : total < 50 ? 34 : total < 200 ? 40 : total < 10000 ? 46 : 52, r = size / 2 - 2.5, around = 2 * Math.PI * r;
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
        `<span>${brief(total, lang)}</span>`,
    };
  }

  window.planmapMarks = { svg, cluster };
})();
