// Gives every chart with lines a button that puts one to zoom into in its place. What it shows is read back from the picture, whose axes say
// what lies where: so a page is no larger for it, and values are as exact as the picture is drawn, to a tenth of a point.
(() => {
  // Tenths of a point in the height of a picture.
  const STEPS = 2400;
  const root = document.documentElement;
  const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const scale = (text) => {
    const [kind, ...ends] = text.split(" ");
    const [low, high] = ends.map(Number);
    const isLog = kind === "logarithmic";
    const at = (share) => (isLog ? low * Math.pow(high / low, share) : low + share * (high - low));
    // No more digits than the picture bears.
    const digits = Math.min(12, Math.max(0, Math.floor(Math.log10(STEPS / (high - low)))));
    const shown = (value) => (value == null ? "–" : Number(isLog ? value.toPrecision(3) : value.toFixed(digits)));
    return { isLog, at, shown };
  };
  // The places of a path; the first one after a gap begins a stroke.
  const places = (path) =>
    [...path.getAttribute("d").matchAll(/([ML])(-?[\d.]+) (-?[\d.]+)/g)].map(([, stroke, x, y]) => ({
      begins: stroke === "M",
      x: Number(x),
      y: Number(y),
    }));
  const tick = (value) => {
    if (value == null) return "";
    const short = Number(value.toPrecision(6));
    return short !== 0 && Math.abs(short) < 1e-3 ? short.toExponential() : String(short);
  };
  const colour = (path) => css("--" + [...path.classList].find((name) => /^c\d$/.test(name)));

  const read = (svg) => {
    const axis = svg.querySelector("path[data-across]");
    const [left, top, bottom, right] = axis.getAttribute("d").match(/-?[\d.]+/g).map(Number);
    const across = scale(axis.dataset.across);
    const up = scale(axis.dataset.up);
    const x = (place) => across.at((place.x - left) / (right - left));
    const y = (place) => up.at((bottom - place.y) / (bottom - top));
    const tables = [];
    const series = [{ label: "" }];
    const bands = [];
    const column = (list, options) => {
      tables.push([list.map(x), list.map(y)]);
      return series.push({ value: (u, value) => up.shown(value), ...options }) - 1;
    };
    const labels = [...svg.querySelectorAll("text.label")].map((text) => text.textContent);
    const isAlone = svg.querySelectorAll("path[data-name]:not(.band)").length === 1;
    let unnamed = 0;
    for (const path of svg.querySelectorAll("path[data-name]")) {
      const list = places(path);
      const label = path.dataset.name || (isAlone ? labels[1] : `curve ${++unnamed}`);
      if (path.classList.contains("line")) {
        const index = column(list, { label, stroke: colour(path), width: path.classList.contains("faint") ? 1 : 2 });
        const [xs, ys] = tables[index - 1];
        for (let i = list.length - 1; i > 0; i--) {
          if (list[i].begins) {
            xs.splice(i, 0, (xs[i - 1] + xs[i]) / 2);
            ys.splice(i, 0, null);
          }
        }
      } else {
        // There along the upper edge, and back along the lower one.
        const half = list.length / 2;
        const isArea = path.classList.contains("area");
        const quiet = { class: "quiet", label: "", points: { show: false } };
        const high = column(list.slice(0, half), isArea ? { label, stroke: colour(path), width: 1 } : quiet);
        const low = column(list.slice(half).reverse(), quiet);
        bands.push({ series: [high, low], fill: colour(path) + (isArea ? "cc" : "2e") });
      }
    }
    const marks = [...svg.querySelectorAll("g.mark")].map((mark) => ({
      x: x(places(mark.querySelector("path"))[0]),
      colour: mark.classList.contains("fault") ? css("--c1") : css("--faint"),
    }));
    return { data: uPlot.join(tables), series, bands, marks, labels, across, up };
  };

  const draw = (figure, svg, place) => {
    const { data, series, bands, marks, labels, across, up } = read(svg);
    const size = () => ({ width: figure.clientWidth, height: Math.round(figure.clientWidth * 0.62) });
    const axis = (label) => ({
      label,
      stroke: css("--text"),
      font: "12px system-ui",
      labelFont: "12px system-ui",
      grid: { stroke: css("--line"), width: 0.6 },
      ticks: { stroke: css("--line"), width: 0.6 },
      values: (u, splits) => splits.map(tick),
    });
    series[0].label = labels[0];
    series[0].value = (u, value) => across.shown(value);
    const lines = (u) => {
      const pixel = window.devicePixelRatio;
      u.ctx.save();
      u.ctx.lineWidth = pixel;
      u.ctx.setLineDash([3 * pixel, 3 * pixel]);
      for (const mark of marks) {
        const at = u.valToPos(mark.x, "x", true);
        if (at < u.bbox.left || at > u.bbox.left + u.bbox.width) continue;
        u.ctx.strokeStyle = mark.colour;
        u.ctx.beginPath();
        u.ctx.moveTo(at, u.bbox.top);
        u.ctx.lineTo(at, u.bbox.top + u.bbox.height);
        u.ctx.stroke();
      }
      u.ctx.restore();
    };
    const options = {
      ...size(),
      series,
      bands,
      axes: [axis(labels[0]), { ...axis(labels[1]), size: 64 }],
      scales: { x: { time: false, distr: across.isLog ? 3 : 1 }, y: { distr: up.isLog ? 3 : 1 } },
      cursor: { drag: { x: true, y: true, uni: 20 } },
      hooks: { drawClear: [lines] },
    };
    const plot = new uPlot(options, data, place);
    const watch = new ResizeObserver(() => plot.setSize(size()));
    watch.observe(figure);
    const move = (change) => moved(plot, across, change);
    const end = () => {
      watch.disconnect();
      plot.destroy();
    };
    return { move, end };
  };

  // A finger on a screen scrolls the page and draws no frame around a part of a chart: it has buttons, as a keyboard has.
  const has = (pointer) => matchMedia(`(any-pointer: ${pointer})`).matches;
  const isTouched = has("coarse") && !has("fine");
  // Of the values across, as the chart lies: a logarithmic axis moves by ratios.
  const moved = (plot, across, change) => {
    const to = across.isLog ? Math.log : (value) => value;
    const from = across.isLog ? Math.exp : (value) => value;
    const xs = plot.data[0];
    const [low, high] = [to(xs[0]), to(xs[xs.length - 1])];
    const { min, max } = plot.scales.x;
    let [left, right] = change(to(min), to(max));
    const width = Math.min(right - left, high - low);
    left = Math.max(low, Math.min(left, high - width));
    right = left + width;
    if (right > left) plot.setScale("x", { min: from(left), max: from(right) });
  };
  const STEPPERS = [
    ["−", "A larger part", (a, b) => [a - (b - a) / 2, b + (b - a) / 2]],
    ["+", "A smaller part", (a, b) => [a + (b - a) / 4, b - (b - a) / 4]],
    ["←", "To the left", (a, b) => [a - (b - a) / 4, b - (b - a) / 4]],
    ["→", "To the right", (a, b) => [a + (b - a) / 4, b + (b - a) / 4]],
  ];
  const shown = new Map();
  for (const svg of document.querySelectorAll("figure > svg")) {
    if (!svg.querySelector("path[data-name]")) continue;
    const figure = svg.parentElement;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "zoom";
    const place = document.createElement("div");
    const hint = document.createElement("p");
    hint.className = "note hint";
    hint.textContent = isTouched
      ? "Tap a place to read its values."
      : "Drag over a part to see it larger; a double click shows all again.";
    const steppers = document.createElement("p");
    steppers.className = "hint steppers";
    for (const [sign, title, change] of STEPPERS) {
      const stepper = document.createElement("button");
      stepper.type = "button";
      stepper.className = "zoom";
      stepper.textContent = sign;
      stepper.title = title;
      stepper.setAttribute("aria-label", title);
      stepper.addEventListener("click", () => shown.get(figure).drawn.move(change));
      steppers.append(stepper);
    }
    const name = () => {
      button.textContent = shown.has(figure) ? "Whole picture" : "Zoom";
      figure.classList.toggle("zooming", shown.has(figure));
    };
    name();
    figure.querySelector("figcaption").append(button);
    button.addEventListener("click", () => {
      if (shown.has(figure)) {
        shown.get(figure).drawn.end();
        shown.delete(figure);
        place.remove();
      } else {
        svg.after(place);
        const begin = () => {
          place.replaceChildren();
          const drawn = draw(figure, svg, place);
          place.append(steppers, hint);
          return drawn;
        };
        shown.set(figure, { begin, drawn: begin() });
      }
      name();
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const each of shown.values()) {
      each.drawn.end();
      each.drawn = each.begin();
    }
  });
})();
