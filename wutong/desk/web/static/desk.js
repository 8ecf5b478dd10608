/* The desk's own script: it draws pictures, copies tables, and needs neither to work. */
"use strict";
(() => {
  const colours = new Set(["color", "borderColor", "backgroundColor", "textBorderColor", "fill", "stroke", "fontFamily"]);
  const zh = document.documentElement.lang.startsWith("zh");

  /** Put the values of CSS variables where an option names them. Only keys that hold a colour or a font are read. */
  function dressed(part, style, key) {
    if (typeof part === "string") {
      const match = colours.has(key) ? /^var\((--[\w-]+)\)$/.exec(part) : null;
      return match ? style.getPropertyValue(match[1]).trim() : part;
    }
    if (Array.isArray(part)) return part.map((each) => dressed(each, style, key));
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, dressed(each, style, name)]));
    }
    return part;
  }

  /** On a narrow page long names get less room, and names side by side are turned. */
  function fitted(option, width) {
    if (option.xAxis.type === "category" && width / option.xAxis.data.length < 62) {
      option.xAxis.data = option.xAxis.data.map((name) => name.replace("\n", " · "));
      Object.assign(option.xAxis.axisLabel, { rotate: 60, interval: 0 });
    }
    option.grid.right = Math.min(option.grid.right, Math.round(width * 0.16));
    for (const mark of option.graphic || []) mark.style.fontSize = Math.min(30, Math.round(width / 16));
    for (const axis of [option.xAxis, option.yAxis]) {
      if (axis && axis.type === "category" && axis.axisLabel && axis.axisLabel.width) {
        axis.axisLabel.width = Math.max(80, Math.min(axis.axisLabel.width, Math.round(width * 0.34)));
      }
    }
    return option;
  }

  function optionOf(box, width) {
    return fitted(dressed(JSON.parse(box.dataset.option), getComputedStyle(document.documentElement), ""), width);
  }

  function draw(box) {
    const old = echarts.getInstanceByDom(box);
    if (old) old.dispose();
    box.classList.add("drawn");
    box.style.height = `${box.dataset.height}px`;
    const chart = echarts.init(box, null, { renderer: "svg", locale: zh ? "ZH" : "EN" });
    chart.setOption(optionOf(box, box.clientWidth));
  }

  /** A picture as a file: as on the page, with its title and its mark. */
  function svgOf(box) {
    const width = 960, height = Number(box.dataset.height) + 110;
    const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
    const option = optionOf(box, width);
    const style = getComputedStyle(document.documentElement);
    const article = box.closest("article");
    const heading = article.querySelector("h1, h2");
    const sources = [...article.querySelectorAll(".sources li")].map((each) => each.querySelector("a, span:not(.grade)").textContent.trim());
    const told = sources.length ? `${zh ? "来源：" : "Sources: "}${sources.join(zh ? "；" : "; ")}` : "";
    option.title = [
      {
        text: heading.firstChild.textContent.trim() || heading.textContent.trim(),
        left: 8, top: 6, textStyle: { fontSize: 16, color: style.getPropertyValue("--ink").trim() },
      },
      {
        text: told,
        left: 8, bottom: 6,
        textStyle: { fontSize: 11, lineHeight: 15, fontWeight: "normal", color: style.getPropertyValue("--ink-2").trim(), width: width - 16, overflow: "break" },
      },
    ];
    option.grid.bottom += 18 + 16 * Math.ceil(told.length / (zh ? 75 : 140));
    option.backgroundColor = style.getPropertyValue("--sheet").trim();
    option.grid.top += 44;
    if (option.legend) option.legend.top = 40;
    chart.setOption(option);
    const text = chart.renderToSVGString();
    chart.dispose();
    return text;
  }

  function save(name, kind, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: kind }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function offerSvg(box) {
    const article = box.closest("article");
    const line = article && article.querySelector(".downloads");
    if (!line || line.querySelector(".svg")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "svg";
    button.textContent = "SVG";
    const invented = article.querySelector(".badge") ? "invented-" : "";
    button.addEventListener("click", () => save(`${invented}${box.dataset.name}.svg`, "image/svg+xml", svgOf(box)));
    line.append(button);
  }

  function pictures() {
    return [...document.querySelectorAll(".chart[data-option]")];
  }

  function drawAll() {
    if (typeof echarts === "undefined") return;
    for (const box of pictures()) {
      draw(box);
      offerSvg(box);
    }
  }

  function tsvOf(table) {
    return [...table.rows]
      .map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, " ").trim().replace(/^[=+@]/, "'$&")).join("\t"))
      .join("\n");
  }

  function offerCopy() {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("button.copy[hidden]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const table = document.querySelector("#results table");
        if (!table) return;
        await navigator.clipboard.writeText(tsvOf(table));
        const status = document.getElementById("status");
        if (status) status.textContent = button.dataset.copied;
      });
    }
  }

  /** A slider beside each number that a reform may change; the field of text stays, for exact numbers. */
  function offerSliders() {
    for (const field of document.querySelectorAll(".lever input[data-high]:not([data-slid])")) {
      field.dataset.slid = "";
      const slider = document.createElement("input");
      slider.type = "range";
      slider.min = "0";
      slider.max = field.dataset.high;
      slider.step = field.dataset.step;
      slider.value = field.value;
      slider.setAttribute("aria-label", field.labels[0].textContent);
      slider.addEventListener("input", (event) => {
        event.stopPropagation();
        field.value = slider.value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
      slider.addEventListener("change", (event) => event.stopPropagation());
      field.addEventListener("input", () => { slider.value = field.value; });
      field.closest(".with-unit").after(slider);
    }
    for (const note of document.querySelectorAll(".live[hidden]")) note.hidden = false;
  }

  function ready() {
    drawAll();
    offerCopy();
    offerSliders();
  }

  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(drawAll, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details.method:not([open])")) {
      each.dataset.shut = "";
      each.open = true;
    }
    drawAll();
  });
  addEventListener("afterprint", () => {
    for (const each of document.querySelectorAll("details[data-shut]")) {
      delete each.dataset.shut;
      each.open = false;
    }
    drawAll();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    offerCopy();
    if (event.target.querySelector && event.target.querySelector(".chart[data-option]")) drawAll();
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
