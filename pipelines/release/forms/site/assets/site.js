/* What moves on a page: search, the switch of language, the address of a figure (charts: `draw.js`). Without it every page
   is whole, but for these. A classic script that fetches nothing: pages are opened from a folder too. */
(function () {
  "use strict";
  var html = document.documentElement, language = html.dataset.language, home = html.dataset.home;

  // what the address points to; `:target` does not know it yet while a page is loaded again
  function asked() { return document.getElementById(location.hash.slice(1)); }

  document.querySelectorAll("[data-language-switch]").forEach(function (link) {
    link.addEventListener("click", function () { link.hash = location.hash; });
  });

  // on a phone the menu is wider than the screen
  document.querySelectorAll(".top nav [aria-current]").forEach(function (link) {
    var list = link.closest("ul");
    list.scrollLeft = link.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
  });

  // the last periods first, but for a figure that the address asks for: whoever wants the others goes back
  document.querySelectorAll("[data-latest]").forEach(function (scroll) {
    if (!scroll.contains(asked())) { scroll.scrollLeft = scroll.scrollWidth; }
  });

  // a sentence with its places filled; what is put there is no pattern and has no places
  function filled(line, words) { return line.replace(/{(\w+)}/g, function (_, name) { return words[name]; }); }

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
      var said = all.length ? String(all.length) : input.dataset.none, shown = list.children.length;
      if (all.length > shown) { said = filled(input.dataset.more, { shown: shown, count: all.length }); }
      if (all.length > shown || !shown) {
        var line = document.createElement("li");
        line.className = "none";
        line.textContent = said;
        list.appendChild(line);
      }
      status.textContent = said;
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

  // the address of a figure: by a click on it, or from two lists, with the line to cite it
  function cite(form) {
    var table = document.getElementById("figures"), area = form.querySelector("#cite-area"), period = form.querySelector("#cite-period");
    var text = form.querySelector("textarea"), go = form.querySelector("a"), status = form.querySelector("[role=status]");
    var rows = Array.prototype.slice.call(table.tBodies[0].rows), whole = document.getElementById("citation").textContent.trim();

    function cell() { return rows[Number(area.value)].cells[Number(period.value)]; }

    function show() {
      var found = cell(), address = location.href.split("#")[0] + "#" + found.id;
      var line = filled(form.dataset.line, {
        area: area.selectedOptions[0].text, period: period.selectedOptions[0].text, figure: found.textContent.trim()
      });
      go.href = "#" + found.id;
      text.value = line + "\n" + whole + "\n" + address;
      status.textContent = "";
    }

    // an area has no figure in every period
    function periods(wanted) {
      period.textContent = "";
      Array.prototype.forEach.call(rows[Number(area.value)].cells, function (cell, place) {
        if (cell.id) { period.add(new Option(table.tHead.rows[0].cells[place].textContent.trim(), String(place))); }
      });
      period.value = wanted;
      if (!period.value) { period.selectedIndex = period.options.length - 1; }
      show();
    }

    function choose(found) {
      area.value = String(rows.indexOf(found.closest("tr")));
      periods(String(found.cellIndex));
    }

    rows.forEach(function (row, place) {
      if (row.querySelector("td[id]")) { area.add(new Option(row.cells[0].textContent.trim(), String(place))); }
    });
    if (!area.options.length) { return; }
    form.hidden = false;
    var start = table.querySelector("tr[data-lead] td[id]:last-child") || table.querySelector("td[id]");
    function follow() {
      var found = asked() && asked().closest("#figures td[id]");
      if (found || !location.hash) { choose(found || start); }
    }
    choose(start);
    follow();
    window.addEventListener("hashchange", follow);
    area.addEventListener("change", function () { periods(period.value); });
    period.addEventListener("change", show);
    table.addEventListener("click", function (event) {
      var found = event.target.closest("td[id]");
      if (found && !event.target.closest("a")) { location.hash = found.id; choose(found); }
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      function done() { status.textContent = form.dataset.copied; }
      text.select();
      // a page from a server without TLS has no clipboard of its own
      if (navigator.clipboard) { navigator.clipboard.writeText(text.value).then(done, function () {}); }
      else if (document.execCommand("copy")) { done(); }
    });
  }

  // a cell without a figure says why by the place of its reason in the list below the table
  document.querySelectorAll("#figures [data-w]").forEach(function (cell) {
    cell.title = document.getElementById("reasons").children[Number(cell.dataset.w)].textContent.trim();
  });
  document.querySelectorAll("[data-search]").forEach(search);
  document.querySelectorAll("[data-cite]").forEach(cite);
}());
