// What an eye would complain about, measured in the open page. Evaluates to an object of functions; each returns a
// list of sentences, empty where all is well. Places are CSS pixels of the window.
(() => {
  const SILENT = new Set(["SCRIPT", "STYLE", "TITLE", "NOSCRIPT", "TEMPLATE", "OPTION", "title", "desc", "style"]);
  const SHAPES = "path, line, polyline, polygon, circle, ellipse, rect, image, use";

  const seen = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  const short = (words) => {
    const line = words.replace(/\s+/g, " ").trim();
    return `"${line.length > 40 ? `${line.slice(0, 39)}…` : line}"`;
  };
  const where = (element) => {
    const around = element.closest("section, header, footer, body");
    const head = around?.querySelector("h1, h2")?.textContent ?? "";
    return `<${element.localName}${element.classList.length ? `.${[...element.classList].join(".")}` : ""}> in ${short(head)}`;
  };

  /** Every piece of visible text: its words, the element, its four corners and the line it stands on. */
  function* texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || SILENT.has(element.tagName) || !seen(element)) continue;
      if (element instanceof SVGElement && element.ownerSVGElement) {
        const { x, y, width, height } = element.getBBox();
        const matrix = element.getScreenCTM();
        // From the middle of the ascenders to just below the base line: what two labels must not share.
        const corners = [[x, y + 0.2 * height], [x + width, y + 0.2 * height], [x + width, y + 0.85 * height],
          [x, y + 0.85 * height]].map(([left, top]) => new DOMPoint(left, top).matrixTransform(matrix));
        if (width > 0) yield { node, element, corners };
        continue;
      }
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const { left, right, top, bottom, width, height } of range.getClientRects()) {
        if (width < 2 || height < 2) continue;
        const [high, low] = [top + 0.2 * height, bottom - 0.15 * height];
        yield { node, element, corners: [[left, high], [right, high], [right, low], [left, low]].map(([x, y]) => ({ x, y })) };
      }
    }
  }

  const box = (corners) => ({
    left: Math.min(...corners.map(({ x }) => x)), right: Math.max(...corners.map(({ x }) => x)),
    top: Math.min(...corners.map(({ y }) => y)), bottom: Math.max(...corners.map(({ y }) => y)),
  });

  /** The nearest box around an element that hides what leaves it, or lets it be scrolled to; null for the page. */
  function clipping(element) {
    for (let at = element.ownerSVGElement ?? element; at && at !== document.documentElement; at = at.parentElement) {
      if (at.ownerSVGElement) continue;
      const { overflowX, overflowY, position } = getComputedStyle(at);
      if (overflowX !== "visible" || overflowY !== "visible") return at;
      if (position === "fixed") return null;
    }
    return null;
  }

  /** What of a box shows within all boxes that clip it; null for nothing. */
  function shown(element, { left, right, top, bottom }) {
    for (let at = clipping(element); at; at = at.parentElement && clipping(at.parentElement)) {
      const edge = at.getBoundingClientRect();
      if (edge.width <= 1 || edge.height <= 1) return null; // for screen readers alone
      [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    }
    return right - left > 1 && bottom - top > 1 ? { left, right, top, bottom } : null;
  }

  /** Whether two convex shapes share more than a pixel: no edge of either has them on two sides (separating axes). */
  function overlap(first, second) {
    for (const shape of [first, second]) {
      for (let place = 0; place < shape.length; place += 1) {
        const [from, to] = [shape[place], shape[(place + 1) % shape.length]];
        const length = Math.hypot(to.x - from.x, to.y - from.y);
        if (length === 0) continue;
        const [across, up] = [(to.y - from.y) / length, (from.x - to.x) / length];
        const along = (points) => points.map(({ x, y }) => x * across + y * up);
        const [ours, theirs] = [along(first), along(second)];
        if (Math.max(...ours) - 1 <= Math.min(...theirs) || Math.max(...theirs) - 1 <= Math.min(...ours)) return false;
      }
    }
    return true;
  }

  /** Texts that lie on one another. */
  function overlaps() {
    const pieces = [...texts()].flatMap((each) => {
      const part = shown(each.element, box(each.corners));
      return part ? [{ ...each, ...part }] : [];
    });
    pieces.sort((one, other) => one.top - other.top);
    const found = [];
    pieces.forEach((piece, place) => {
      for (let next = place + 1; next < pieces.length && pieces[next].top + 1 < piece.bottom; next += 1) {
        const other = pieces[next];
        // Letters of one formula stand where its rules put them, a hat on its letter.
        const formula = piece.element.closest("math");
        if (other.node === piece.node || (formula && formula === other.element.closest("math"))) continue;
        if (other.left + 1 >= piece.right || piece.left + 1 >= other.right) continue;
        if (overlap(piece.corners, other.corners)) {
          found.push(`${short(piece.node.data)} lies on ${short(other.node.data)}: ${where(piece.element)}`);
        }
      }
    });
    return found;
  }

  /** Texts of which a part cannot be seen, neither by scrolling nor in a title. */
  function cut() {
    const found = [];
    for (const { node, element, corners } of texts()) {
      const place = box(corners);
      if (!shown(element, place)) continue;
      const edge = clipping(element);
      if (!edge) continue;
      const { overflowX, overflowY, textOverflow } = getComputedStyle(edge);
      const bounds = edge.getBoundingClientRect();
      const hidden = (overflow) => overflow === "hidden" || overflow === "clip";
      const sideways = hidden(overflowX) && (place.left < bounds.left - 1.5 || place.right > bounds.right + 1.5);
      const upwards = hidden(overflowY) && (place.top < bounds.top - 1.5 || place.bottom > bounds.bottom + 1.5);
      if (!sideways && !upwards) continue;
      const whole = element.closest("[title]")?.title ?? element.closest("[aria-label]")?.getAttribute("aria-label") ?? "";
      if (sideways && !upwards && textOverflow === "ellipsis" && whole.includes(node.data.trim())) continue;
      found.push(`${short(node.data)} is cut: ${where(element)}`);
    }
    return found;
  }

  /** What makes the page wider than the window. */
  function sideways() {
    const page = document.scrollingElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const found = [`the page is ${page.scrollWidth} wide in a window of ${page.clientWidth}`];
    for (const element of document.body.querySelectorAll("*")) {
      const { right, width } = element.getBoundingClientRect();
      const edge = clipping(element.parentElement);
      if (width > 0 && right > page.clientWidth + 1 && !edge) found.push(`reaches ${Math.round(right)}: ${where(element)}`);
    }
    return found.slice(0, 6);
  }

  const pencil = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  /** Any CSS colour as [red, green, blue, alpha], alpha from 0 to 1. */
  function colour(css) {
    if (!known.has(css)) {
      pencil.clearRect(0, 0, 1, 1);
      pencil.fillStyle = css;
      pencil.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = pencil.getImageData(0, 0, 1, 1).data;
      known.set(css, [red, green, blue, alpha / 255]);
    }
    return known.get(css);
  }
  const over = (upper, lower) => [0, 1, 2].map((part) => upper[part] * upper[3] + lower[part] * (1 - upper[3])).concat(1);
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  /** Contrast of two opaque colours, from 1 to 21 (WCAG 2.2, relative luminance). */
  function contrast(one, other) {
    const [low, high] = [luminance(one.slice(0, 3)), luminance(other.slice(0, 3))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }
  const opacity = (element) => {
    let product = 1;
    for (let at = element; at; at = at.parentElement) product *= Number(getComputedStyle(at).opacity);
    return product;
  };

  /** What lies behind the middle of a piece of text: backgrounds of the elements around it, and shapes drawn before it. */
  function behind(element, middle) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      if (at instanceof SVGElement && at.ownerSVGElement) continue;
      layers.unshift(colour(getComputedStyle(at).backgroundColor));
    }
    const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches;
    let below = layers.reduce((lower, upper) => over(upper, lower), dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
    for (const shape of element.ownerSVGElement?.querySelectorAll("path, rect, circle, ellipse, polygon") ?? []) {
      if (!(shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) || !seen(shape)) continue;
      const style = getComputedStyle(shape);
      const point = new DOMPoint(middle.x, middle.y).matrixTransform(shape.getScreenCTM().inverse());
      if (style.fill === "none" || style.fill.startsWith("url") || !shape.isPointInFill(point)) continue;
      const [red, green, blue, alpha] = colour(style.fill);
      below = over([red, green, blue, alpha * Number(style.fillOpacity) * opacity(shape)], below);
    }
    return below;
  }

  /** Texts too faint to read: below 4.5 : 1, or below 3 : 1 where they are large. */
  function faint() {
    const found = new Set();
    for (const { node, element, corners } of texts()) {
      const place = box(corners);
      if (!shown(element, place) || element.closest(":disabled, [aria-disabled=true]")) continue;
      const style = getComputedStyle(element);
      const below = behind(element, { x: (place.left + place.right) / 2, y: (place.top + place.bottom) / 2 });
      const [red, green, blue, alpha] = colour(element.ownerSVGElement ? style.fill : style.color);
      const ink = over([red, green, blue, alpha * opacity(element)], below);
      const size = parseFloat(style.fontSize);
      const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      const ratio = contrast(ink, below);
      if (ratio < least - 0.005) found.add(`${short(node.data)} has ${ratio.toFixed(2)} : 1: ${where(element)}`);
    }
    return [...found];
  }

  /** Figures in which nothing is drawn. */
  function empty() {
    const found = [];
    for (const drawing of document.querySelectorAll("svg")) {
      if (drawing.ownerSVGElement || !drawing.parentElement.checkVisibility()) continue;
      const frame = drawing.getBoundingClientRect();
      const drawn = [...drawing.querySelectorAll(SHAPES)].some((shape) => {
        if (shape.matches(".axis, .base, .grid, .track, defs *, clipPath *") || !seen(shape)) return false;
        const style = getComputedStyle(shape);
        const { left, right, top, bottom } = shape.getBoundingClientRect();
        const inside = right >= frame.left && left <= frame.right && bottom >= frame.top && top <= frame.bottom;
        return inside && right - left + bottom - top > 0 && (style.fill !== "none" || style.stroke !== "none");
      });
      if (frame.width < 8 || frame.height < 4 || !drawn) found.push(`nothing is drawn: ${where(drawing)}`);
    }
    for (const canvas of document.querySelectorAll("canvas")) {
      if (!canvas.parentElement.checkVisibility()) continue;
      if (ink(canvas) < 2) found.push(`blank: ${where(canvas)}`);
    }
    for (const figure of document.querySelectorAll("figure")) {
      if (!seen(figure) || figure.querySelector("figure, svg, canvas, table, img, pre, math")) continue;
      found.push(`without a picture: ${where(figure)}`);
    }
    return found;
  }

  const pixels = (canvas) => {
    if (canvas.width === 0 || canvas.height === 0) return new Uint32Array();
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    return new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  };
  /** Different colours of a canvas that has room on the page. */
  function ink(canvas) {
    const { width, height } = canvas.getBoundingClientRect();
    return width < 8 || height < 8 ? 0 : new Set(pixels(canvas)).size;
  }
  /** A number that differs where the pixels differ (FNV-1a). */
  function digest(canvas) {
    let hash = 0x811c9dc5;
    for (const pixel of pixels(canvas)) hash = Math.imul(hash ^ pixel, 0x01000193) >>> 0;
    return hash;
  }

  /** What a page should not have: skipped levels of headings, heads of tables without scope, addresses elsewhere. */
  function structure() {
    const found = [];
    let level = 0;
    for (const head of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
      const own = Number(head.localName[1]);
      if (own > level + 1) found.push(`from h${level} to h${own}: ${short(head.textContent)}`);
      level = own;
    }
    if (document.querySelectorAll("h1").length !== 1 || document.querySelectorAll("main").length !== 1) found.push("not one h1 and one main");
    if (!document.documentElement.lang) found.push("the language is not told");
    for (const head of document.querySelectorAll("th:not([scope])")) found.push(`no scope: ${short(head.textContent)}`);
    for (const name of ["src", "srcset", "poster", "data", "action", "formaction", "background", "ping"]) {
      for (const each of document.querySelectorAll(`[${name}]`)) {
        if (!each.getAttribute(name).startsWith("data:")) found.push(`asks for ${short(each.getAttribute(name))}`);
      }
    }
    for (const link of document.querySelectorAll("link, base, iframe, object, embed, meta[http-equiv=refresh]")) found.push(`has ${where(link)}`);
    return found;
  }

  /** Opens all that is folded, so that it is looked at too. */
  const unfold = () => document.querySelectorAll("details").forEach((each) => { each.open = true; });

  return { colour, contrast, cut, digest, empty, faint, ink, overlaps, sideways, structure, unfold, where };
})()
