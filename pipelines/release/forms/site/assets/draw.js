/* The charts of an indicator, drawn from the tables of the page: an area over time with others beside it, which the
   address says (#areas=990101,990101001), and the areas of a period beside each other. */
(function () {
  "use strict";
  var html = document.documentElement, SHAPES = ["square", "diamond", "triangle-up", "cross", "triangle-down"];
  var specs = (window.YEARBOOK_CHARTS || {})[html.dataset.language];

  function list(found) { return Array.prototype.slice.call(found); }

  // a colour by its name in the style sheet, so that a chart follows light, dark and paper without being drawn again
  function colour(name) { return "var(" + name + ")"; }

  // what stands alone knows no style sheet
  function coloured(spec) {
    var held = getComputedStyle(html);
    return JSON.parse(JSON.stringify(spec).replace(/var\((--[a-z0-9-]+)\)/g, function (_, name) {
      return held.getPropertyValue(name).trim();
    }));
  }

  function look() {
    var muted = colour("--muted"), ink = colour("--ink"), accent = colour("--accent"), paper = colour("--paper");
    var rule = colour("--rule"), font = getComputedStyle(document.body).fontFamily;
    return {
      background: paper, font: font, view: { stroke: null },
      axis: { labelColor: muted, labelFontSize: 12, tickColor: rule, domainColor: colour("--strong"), gridColor: rule, labelPadding: 6 },
      axisX: { grid: false }, axisY: { domain: false, ticks: false, tickCount: 5 },
      legend: { labelColor: ink, labelFontSize: 13, labelLimit: 240, symbolStrokeWidth: 3, symbolSize: 160, rowPadding: 4, columnPadding: 18, offset: 14 },
      title: { color: ink, fontSize: 18, anchor: "start", subtitleColor: muted, subtitleFontSize: 12, offset: 16 },
      style: {
        band: { color: accent, fillOpacity: 0.15 },
        "break": { color: muted, strokeDash: [2, 3], strokeWidth: 1.5 },
        target: { color: colour("--warm"), strokeDash: [7, 4], strokeWidth: 2 },
        around: { color: muted, strokeWidth: 1.5 },
        interval: { color: accent, strokeWidth: 3, strokeOpacity: 0.35, strokeCap: "round" },
        figure: { color: accent, strokeWidth: 3 },
        point: { color: accent, stroke: paper, strokeWidth: 1.5, opacity: 1 },
        open: { color: paper, stroke: accent, strokeWidth: 2, opacity: 1 },
        other: { strokeWidth: 2 },
        other_point: { opacity: 1 }
      }
    };
  }

  // a layer that has nothing to show would be a warning in the console
  var needed = {
    band: function (one) { return one.lead && one.lower !== null; }, interval: function (one) { return one.lower !== null; },
    target: function (one) { return one.target !== null; }, around: function (one) { return one.around !== null; },
    "break": function (one) { return one.lead && one.broken; },
    figure: function (one) { return one.lead; },
    open: function (one) { return one.lead && one.open && one.value !== null; },
    point: function (one) { return one.lead && !one.open && one.value !== null; },
    other: function (one) { return !one.lead; }, other_point: function (one) { return !one.lead && one.value !== null; }
  };

  function made(kind, told) {
    var spec = JSON.parse(JSON.stringify(specs[kind]));
    spec.data = { name: "figures", values: told };
    spec.layer = spec.layer.filter(function (layer) { return told.some(needed[layer.mark.style]); });
    spec.config = look();
    return spec;
  }

  function embed(plot, spec) {
    return window.vegaEmbed(plot, spec, {
      ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true }
    });
  }

  function save(spec, kind, name, title) {
    var copy = coloured(spec), hidden = document.createElement("div");
    copy.width = 860;
    copy.padding = 20;
    copy.title = title;
    embed(hidden, copy).then(function (done) {
      return kind === "png" ? done.view.toCanvas(2).then(function (canvas) { return canvas.toDataURL("image/png"); })
        : done.view.toSVG().then(function (svg) { return "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg); });
    }).then(function (address) {
      var link = document.createElement("a");
      link.href = address;
      link.download = name + "." + kind;
      link.click();
    });
  }

  // the text before the marks; a mark that stands in place of a figure is none
  function figure(cell) {
    var first = cell && !cell.classList.contains("none") && cell.firstChild;
    return first && first.nodeType === 3 ? first.nodeValue.trim() : "";
  }

  function number(text) { return text === "" || text === undefined ? null : Number(text); }

  function limits(cell) {
    var found = (cell.dataset.i || "").split(",");
    return { lower: number(found[1] && found[0]), upper: number(found[1]), interval: found[1] ? found.join(" – ") : "–" };
  }

  function slug(text) {
    return text.replace(/[^A-Za-z0-9_-]/g, function (c) { return "~" + c.charCodeAt(0).toString(16).padStart(2, "0"); });
  }

  function targets(section) { return JSON.parse(section.dataset.targets); }

  function target(held, level, period) {
    var found = held.filter(function (one) {
      return one[0] === level && (!one[1] || period >= one[1]) && (!one[2] || period <= one[2]);
    })[0];
    return found ? Number(found[3]) : null;
  }

  function chart(section) {
    var table = document.getElementById("figures"), plot = section.querySelector(".plot");
    var pick = section.querySelector("#area"), add = section.querySelector("#compare"), chips = section.querySelector(".chips");
    var held = targets(section), rows = list(table.tBodies[0].rows), others = [], left = 0, spec;
    var status = section.querySelector("[role=status]");
    var periods = list(table.tHead.rows[0].cells).slice(1).map(function (cell) { return cell.textContent.trim(); });

    function name(row) { return row.cells[0].textContent.trim(); }

    // an area as addresses say it: that of its first figure, without the period
    function key(row) {
      var place = periods.findIndex(function (_, place) { return row.cells[place + 1].id; });
      return place < 0 ? "" : row.cells[place + 1].id.slice(1, -slug(periods[place]).length - 1);
    }

    function values(row, lead) {
      return periods.map(function (period, place) {
        var cell = row.cells[place + 1], text = figure(cell), aim = lead ? target(held, row.dataset.level, period) : null;
        return Object.assign({
          area: name(row), lead: lead, period: period, text: cell.textContent.trim(), value: number(text),
          target: aim, aim: aim === null ? "–" : String(aim),
          open: /\[[pde]\]/.test(cell.textContent), broken: cell.hasAttribute("data-b")
        }, limits(cell));
      });
    }

    var drawn = rows.filter(function (row) { return values(row).some(function (one) { return one.value !== null; }); });
    if (!drawn.length) { return; }

    function row(place) { return rows[Number(place)]; }

    function draw() {
      var lead = row(pick.value), told = values(lead, true);
      others.forEach(function (one) { told = told.concat(values(one, false)); });
      spec = made(section.dataset.chart, told);
      section.querySelectorAll("[data-says]").forEach(function (said) { said.hidden = !told.some(needed[said.dataset.says]); });
      spec.layer.forEach(function (layer) {
        var encoding = layer.encoding, shown = [lead].concat(others);
        if (!encoding.color) { return; }
        encoding.color.scale = {
          domain: shown.map(name),
          range: [colour("--accent")].concat(others.map(function (_, place) { return colour("--series-" + (place + 1)); }))
        };
        encoding.color.legend.columns = plot.clientWidth < 560 ? 1 : 0;
        if (layer.mark.style === "other_point") {
          encoding.shape = { field: "area", type: "nominal", legend: null, scale: { domain: others.map(name), range: SHAPES.slice(0, others.length) } };
        }
      });
      embed(plot, spec);
    }

    function options() {
      list(add.options).slice(1).forEach(function (option) {
        option.disabled = option.value === pick.value || others.indexOf(row(option.value)) >= 0;
      });
      add.disabled = others.length >= SHAPES.length;
      add.value = "";
      chips.textContent = "";
      others.forEach(function (one, place) {
        var item = document.createElement("li"), button = document.createElement("button");
        button.type = "button";
        button.className = "series-" + (place + 1);
        button.textContent = name(one);
        button.setAttribute("aria-label", add.dataset.remove.replace("{area}", function () { return name(one); }));
        button.addEventListener("click", function () { remove(one); });
        item.appendChild(button);
        chips.appendChild(item);
      });
    }

    function address() { return "#areas=" + [row(pick.value)].concat(others).map(key).join(","); }

    function told() {
      if (location.hash !== address()) { location.replace(address()); }
      status.textContent = add.dataset.shown + " " + [row(pick.value)].concat(others).map(name).join(", ") +
        (left ? ". " + status.dataset.left + " " + left : "");
      status.className = left ? "note" : "unseen";
    }

    function changed() {
      left = 0;
      others = others.filter(function (one) { return one !== row(pick.value); });
      options();
      draw();
      told();
    }

    function remove(one) {
      others = others.filter(function (other) { return other !== one; });
      changed();
      (chips.querySelector("button") || add).focus();
    }

    // the address of a page may be anything that somebody typed
    function hash() {
      try { return decodeURIComponent(location.hash.slice(1)); } catch (_) { return ""; }
    }

    // what the address asks for: areas, or the one of a figure, or what is drawn at first
    function follow() {
      var asked = hash(), place = document.getElementById(asked), row = place && place.closest("#figures tr");
      var codes = asked.indexOf("areas=") === 0 ? asked.slice(6).split(",").filter(Boolean) : [], found = [row];
      if (codes.length) {
        codes = codes.filter(function (one, place) { return codes.indexOf(one) === place; });
        found = codes.map(function (one) { return drawn.filter(function (row) { return key(row) === one; })[0]; });
      }
      found = found.filter(function (row) { return drawn.indexOf(row) >= 0; }).slice(0, SHAPES.length + 1);
      left = Math.max(codes.length - found.length, 0);
      found = found.length ? found : [start];
      pick.value = String(rows.indexOf(found[0]));
      others = found.slice(1);
      options();
      draw();
      if (codes.length) { told(); } else { status.textContent = ""; status.className = "unseen"; }
    }

    var start = drawn.filter(function (row) { return row.hasAttribute("data-lead"); })[0] || drawn[0];
    drawn.forEach(function (one) {
      var place = String(rows.indexOf(one));
      pick.add(new Option(name(one), place));
      add.add(new Option(name(one), place));
    });
    section.hidden = false;
    follow();
    pick.addEventListener("change", changed);
    add.addEventListener("change", function () {
      if (!add.value) { return; }
      others.push(row(add.value));
      changed();
      (add.disabled ? chips.lastChild.firstChild : add).focus();
    });
    // a heading says nothing about the chart, and what is drawn already has the focus somewhere
    window.addEventListener("hashchange", function () {
      var place = document.getElementById(hash());
      if (location.hash !== address() && (!place || place.closest("#figures tr"))) { follow(); }
    });
    section.querySelectorAll("[data-save]").forEach(function (button) {
      button.addEventListener("click", function () {
        var subtitle = [row(pick.value)].concat(others).map(name).join(", ");
        save(spec, button.dataset.save, location.pathname.split("/").pop().replace(/\.html$/, "") + "-" + key(row(pick.value)),
          { text: document.querySelector("h1").textContent.trim(), subtitle: [subtitle, document.querySelector("#citation").textContent.trim()] });
      });
    });
    // the chart has pushed it down
    var place = document.getElementById(hash());
    if (place) { place.scrollIntoView(); }
  }

  function ranking(section) {
    var plot = section.querySelector(".plot"), held = targets(section), around = section.querySelector("tr[data-around]");
    var at = Number(plot.dataset.figure), level = plot.dataset.level, period = plot.dataset.period;

    function told(row) {
      var cell = row.cells[at], aim = target(held, level, period);
      return Object.assign({
        area: row.cells[0].textContent.trim(), lead: true, open: false, text: cell.textContent.trim(), value: number(figure(cell)),
        target: aim, aim: aim === null ? "–" : String(aim), around: around ? number(figure(around.cells[at])) : null
      }, limits(cell));
    }

    function draw() {
      var values = list(section.querySelectorAll("tr[data-drawn]")).map(told).filter(function (one) { return one.value !== null; });
      values.sort(function (a, b) { return b.value - a.value; });
      plot.parentNode.hidden = values.length < 3;
      if (values.length < 3) { return; }
      var spec = made("areas", values);
      spec.height = 40 + 24 * values.length;
      embed(plot, spec);
    }

    draw();
  }

  if (!window.vegaEmbed || !specs) { return; }
  document.querySelectorAll("[data-chart]").forEach(chart);
  document.querySelectorAll("[data-ranking]").forEach(ranking);
}());
