// Theme, menu, place in the chapter, tabs and search. Works from a folder, without any network.
(function () {
  "use strict";
  var root = document.documentElement;
  var one = function (selector, from) { return (from || document).querySelector(selector); };
  var all = function (selector, from) { return Array.from((from || document).querySelectorAll(selector)); };

  // Theme: the reader's choice is kept where the browser allows it.
  var toggle = one(".tool-theme");
  function dark() { return root.dataset.theme === "dark"; }
  function nameToggle() {
    var words = dark() ? "Light" : "Dark";
    one(".words", toggle).textContent = words;
    toggle.setAttribute("aria-label", "Switch to the " + words.toLowerCase() + " theme");
  }
  toggle.addEventListener("click", function () {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("ra-theme", root.dataset.theme); } catch (e) { /* not allowed here */ }
    nameToggle();
  });
  nameToggle();

  // Menu on narrow screens
  var menu = one(".tool-menu"), sidebar = one(".sidebar");
  menu.addEventListener("click", function () {
    var open = sidebar.classList.toggle("open");
    menu.setAttribute("aria-expanded", String(open));
  });

  // Contents of the chapter: closed where they stand above the text; the present section marked
  var toc = one(".toc details");
  if (toc) {
    if (window.matchMedia("(max-width: 78rem)").matches) { toc.open = false; }
    var links = all("a", toc);
    var targets = links.map(function (a) { return document.getElementById(decodeURIComponent(a.hash.slice(1))); });
    var mark = function () {
      var here = 0;
      targets.forEach(function (t, i) { if (t && t.getBoundingClientRect().top < 120) { here = i; } });
      links.forEach(function (a, i) { a.classList.toggle("here", i === here); });
    };
    document.addEventListener("scroll", mark, { passive: true });
    if (links.length) { mark(); }
  }
  var current = one('.sidebar [aria-current="page"]');
  if (current) {
    var box = one(".sidebar-inner");
    box.scrollTop = Math.max(0, current.offsetTop - box.clientHeight / 2);
  }

  // Tabs, as the ARIA practices describe them
  all(".tabset").forEach(function (set, n) {
    var panels = all(":scope > .tab", set), list = document.createElement("div");
    list.className = "tablist";
    list.setAttribute("role", "tablist");
    var buttons = panels.map(function (panel, i) {
      var button = document.createElement("button"), id = "tab-" + n + "-" + i;
      button.type = "button";
      button.id = id;
      button.textContent = panel.dataset.title;
      button.setAttribute("role", "tab");
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", id);
      list.append(button);
      return button;
    });
    function choose(i, focus) {
      buttons.forEach(function (b, j) {
        b.setAttribute("aria-selected", String(i === j));
        b.tabIndex = i === j ? 0 : -1;
        panels[j].hidden = i !== j;
      });
      if (focus) { buttons[i].focus(); }
    }
    list.addEventListener("click", function (e) {
      var i = buttons.indexOf(e.target);
      if (i >= 0) { choose(i); }
    });
    list.addEventListener("keydown", function (e) {
      var i = buttons.indexOf(e.target), step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
      if (step) { choose((i + step + buttons.length) % buttons.length, true); e.preventDefault(); }
    });
    set.prepend(list);
    set.classList.add("live");
    choose(0);
  });

  // Search: the index is a script of its own, fetched when the box is first opened
  var dialog = one("dialog.search"), input = one("input", dialog), status = one(".search-status", dialog);
  var results = one(".search-results", dialog), base = dialog.dataset.base, pages = null;
  function fold(text) { return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, ""); }
  function load() {
    if (pages || one("script[data-search]")) { return; }
    var script = document.createElement("script");
    script.src = base + "search-index.js";
    script.dataset.search = "";
    script.onload = function () {
      pages = window.raSearch.map(function (p) {
        return { page: p, title: fold(p.title), text: fold(p.text) };
      });
      search();
    };
    script.onerror = function () { status.textContent = "The search index could not be read."; };
    document.head.append(script);
  }
  function score(entry, words) {
    var total = 0;
    for (var i = 0; i < words.length; i++) {
      var inTitle = entry.title.indexOf(words[i]), inText = entry.text.indexOf(words[i]);
      if (inTitle < 0 && inText < 0) { return 0; }
      var start = new RegExp("(^|[^a-z0-9])" + words[i].replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      total += (inTitle >= 0 ? 8 : 0) + (start.test(entry.title) ? 8 : 0) + (start.test(entry.text) ? 3 : 0) + 1;
    }
    return total;
  }
  function snippet(entry, words) {
    var at = words.map(function (w) { return entry.text.indexOf(w); }).filter(function (i) { return i >= 0; });
    var from = at.length ? Math.max(0, Math.min.apply(null, at) - 60) : 0, text = entry.page.text;
    if (from > 0) { from = text.indexOf(" ", from) + 1; }
    var piece = text.slice(from, from + 200), span = document.createElement("span");
    span.className = "text";
    if (text.length > from + 200) { piece = piece.slice(0, piece.lastIndexOf(" ")); }
    if (from > 0) { span.append("… "); }
    var folded = fold(piece), i = 0;
    while (folded.length === piece.length && i < piece.length) {
      var next = words.map(function (w) { return { i: folded.indexOf(w, i), w: w }; })
        .filter(function (h) { return h.i >= 0; }).sort(function (a, b) { return a.i - b.i; })[0];
      if (!next) { break; }
      var found = document.createElement("mark");
      found.textContent = piece.slice(next.i, next.i + next.w.length);
      span.append(piece.slice(i, next.i), found);
      i = next.i + next.w.length;
    }
    span.append(piece.slice(i), text.length > from + 200 ? " …" : "");
    return span;
  }
  function search() {
    results.replaceChildren();
    var words = fold(input.value).split(/\s+/).filter(Boolean);
    if (!pages || !words.length) { status.textContent = words.length ? "Reading the index…" : ""; return; }
    var hits = pages.map(function (entry) { return { entry: entry, score: score(entry, words) }; })
      .filter(function (hit) { return hit.score > 0; })
      .sort(function (a, b) { return b.score - a.score; });
    status.textContent = hits.length === 0 ? "Nothing found." :
      hits.length === 1 ? "1 section found." : hits.length + " sections found.";
    hits.slice(0, 30).forEach(function (hit) {
      var item = document.createElement("li"), link = document.createElement("a");
      var where = document.createElement("span"), what = document.createElement("span");
      link.href = base + hit.entry.page.url;
      where.className = "where";
      where.textContent = hit.entry.page.chapter;
      what.className = "what";
      what.textContent = hit.entry.page.title;
      link.append(where, what, snippet(hit.entry, words));
      link.addEventListener("click", function () { dialog.close(); });
      item.append(link);
      results.append(item);
    });
  }
  function open() { load(); dialog.showModal(); input.select(); search(); }
  one(".tool-search").addEventListener("click", open);
  one("button", dialog).addEventListener("click", function () { dialog.close(); });
  dialog.addEventListener("click", function (e) { if (e.target === dialog) { dialog.close(); } });
  input.addEventListener("input", search);
  dialog.addEventListener("keydown", function (e) {
    var links = all("a", results), at = links.indexOf(document.activeElement);
    if (e.key === "ArrowDown" && links.length) { links[Math.min(at + 1, links.length - 1)].focus(); e.preventDefault(); }
    if (e.key === "ArrowUp" && at >= 0) { (at ? links[at - 1] : input).focus(); e.preventDefault(); }
    if (e.key === "Enter" && e.target === input && links.length) { links[0].click(); e.preventDefault(); }
  });
  document.addEventListener("keydown", function (e) {
    var typing = /^(input|textarea|select)$/i.test(e.target.tagName);
    if (!dialog.open && !typing && !e.ctrlKey && !e.metaKey && !e.altKey && e.key === "/") { open(); e.preventDefault(); }
  });
}());
