/* What moves on a page: search, the switch of language, the chart, the address of a figure. Without it every page is
   whole, but for these. A classic script that fetches nothing: pages are opened from a folder too. */
(function () {
  "use strict";
  var html = document.documentElement, language = html.dataset.language, home = html.dataset.home;

  document.querySelectorAll("[data-language-switch]").forEach(function (link) {
    link.addEventListener("click", function () { link.hash = location.hash; });
  });

  function plain(text) { return text.normalize("NFKC").toLowerCase(); }

  function search(form) {
    var entries = window.YEARBOOK_SEARCH, input = form.querySelector("input"), list = form.querySelector("ul");
    var status = form.querySelector("[role=status]");
    if (!entries) { return; }
    form.hidden = false;
    var known = entries.map(function (entry) {
      var titles = Object.keys(entry[2]).map(function (one) { return entry[2][one]; });
      return { kind: entry[0], path: entry[1], title: entry[2][language], text: plain(titles.concat(entry[3]).join(" ")) };
    });

    function found(words) {
      var first = words[0];
      return known.filter(function (one) {
        return words.every(function (word) { return one.text.indexOf(word) >= 0; });
      }).map(function (one, place) {
        var title = plain(one.title), at = title.indexOf(first);
        return { one: one, rank: at === 0 ? 0 : at > 0 ? 1 : 2, place: place };
      }).sort(function (a, b) { return a.rank - b.rank || a.place - b.place; }).map(function (scored) { return scored.one; });
    }

    function close() { list.hidden = true; list.textContent = ""; status.textContent = ""; }

    function show() {
      var words = plain(input.value).split(/\s+/).filter(Boolean);
      close();
      if (!words.length) { return; }
      var all = found(words);
      all.slice(0, 12).forEach(function (one) {
        var item = document.createElement("li"), link = document.createElement("a"), kind = document.createElement("small");
        link.href = home + one.path;
        link.textContent = one.title;
        kind.textContent = input.dataset[one.kind];
        link.appendChild(kind);
        item.appendChild(link);
        list.appendChild(item);
      });
      if (!all.length) {
        var none = document.createElement("li");
        none.className = "none";
        none.textContent = input.dataset.none;
        list.appendChild(none);
      }
      status.textContent = all.length ? String(all.length) : input.dataset.none;
      list.hidden = false;
    }

    function step(by) {
      var links = Array.prototype.slice.call(list.querySelectorAll("a")), at = links.indexOf(document.activeElement) + by;
      if (at < 0) { input.focus(); } else if (links[at]) { links[at].focus(); }
    }

    input.addEventListener("input", show);
    input.addEventListener("focus", show);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var link = list.querySelector("a");
      if (link) { location.href = link.href; }
    });
    form.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown") { event.preventDefault(); step(1); }
      if (event.key === "ArrowUp") { event.preventDefault(); step(-1); }
      if (event.key === "Escape") { input.focus(); close(); }
    });
    form.addEventListener("focusout", function (event) {
      if (!form.contains(event.relatedTarget)) { close(); }
    });
  }

  function addresses(table) {
    table.addEventListener("click", function (event) {
      var cell = event.target.closest("td[id]");
      if (cell && !event.target.closest("a")) { location.hash = cell.id; }
    });
  }

  function chart(section) {
    var table = document.getElementById("figures"), plot = section.querySelector(".plot"), pick = section.querySelector("select");
    if (!window.vegaEmbed || !window.YEARBOOK_CHARTS) { return; }
    var spec = window.YEARBOOK_CHARTS[language][section.dataset.chart], targets = JSON.parse(section.dataset.targets);
    var periods = Array.prototype.map.call(table.tHead.rows[0].cells, function (cell) { return cell.textContent.trim(); }).slice(1);
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);

    function target(level, period) {
      var held = targets.filter(function (one) {
        return one[0] === level && (!one[1] || period >= one[1]) && (!one[2] || period <= one[2]);
      })[0];
      return held ? Number(held[3]) : null;
    }

    function figure(cell) { return cell.classList.contains("none") || !cell.firstChild ? "" : cell.firstChild.nodeValue.trim(); }

    function values(row) {
      return periods.map(function (period, place) {
        var cell = row.cells[place + 1], text = figure(cell), limits = (cell.dataset.i || "").split(",");
        return {
          period: period, text: cell.textContent.trim(), value: text === "" ? null : Number(text),
          lower: limits[1] ? Number(limits[0]) : null, upper: limits[1] ? Number(limits[1]) : null,
          interval: limits[1] ? limits.join(" – ") : "–", target: target(row.dataset.level, period),
          open: /\[[pde]\]/.test(cell.textContent), broken: cell.hasAttribute("data-b")
        };
      });
    }

    function colour(name) { return getComputedStyle(html).getPropertyValue(name).trim(); }

    function look() {
      var ink = colour("--muted"), accent = colour("--accent"), paper = colour("--paper"), font = getComputedStyle(document.body).fontFamily;
      return {
        background: "transparent", font: font, view: { stroke: null },
        mark: { color: accent },
        axis: { labelColor: ink, labelFontSize: 12, tickColor: colour("--rule"), domainColor: colour("--strong"), gridColor: colour("--rule"), labelPadding: 6 },
        axisX: { grid: false }, axisY: { domain: false, ticks: false, tickCount: 5 },
        style: {
          band: { color: accent, fillOpacity: 0.17 },
          "break": { color: ink, strokeDash: [2, 3], strokeWidth: 1.5 },
          target: { color: colour("--warm"), strokeDash: [7, 4], strokeWidth: 2 },
          figure: { color: accent, strokeWidth: 2.5 },
          point: { color: accent, stroke: paper, strokeWidth: 1.5, opacity: 1 },
          open: { color: paper, stroke: accent, strokeWidth: 2, opacity: 1 }
        }
      };
    }

    // a layer that has nothing to show would be a warning in the console
    var needed = {
      band: function (one) { return one.lower !== null; }, target: function (one) { return one.target !== null; },
      "break": function (one) { return one.broken; }, open: function (one) { return one.open && one.value !== null; },
      point: function (one) { return !one.open && one.value !== null; }
    };

    function draw() {
      var made = JSON.parse(JSON.stringify(spec)), told = values(rows[pick.value]);
      made.data = { name: "figures", values: told };
      made.layer = made.layer.filter(function (layer) {
        return !needed[layer.mark.style] || told.some(needed[layer.mark.style]);
      });
      made.config = look();
      window.vegaEmbed(plot, made, {
        ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true }
      });
    }

    rows.forEach(function (row, place) {
      if (values(row).some(function (one) { return one.value !== null; })) {
        pick.add(new Option(row.cells[0].textContent.trim(), String(place)));
      }
    });
    if (!pick.options.length) { return; }
    section.hidden = false;
    var asked = document.getElementById(location.hash.slice(1)), row = asked && asked.closest("#figures tr");
    pick.value = String(rows.indexOf(row || table.querySelector("tr[data-lead]")));
    if (!pick.value) { pick.selectedIndex = 0; }
    pick.addEventListener("change", draw);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    draw();
    if (asked) { asked.scrollIntoView(); }
  }

  document.querySelectorAll("[data-search]").forEach(search);
  document.querySelectorAll("#figures").forEach(addresses);
  document.querySelectorAll("[data-chart]").forEach(chart);
}());
