// Small helps for our pages; all of them work without this file too, except following progress.
(function () {
  'use strict';

  // The server never sees what follows # in an address: Tasklist keeps the task there. Keep it over the login.
  document.querySelectorAll('form[data-keep-fragment]').forEach(function (form) {
    if (location.hash) {
      form.action = form.getAttribute('action') + location.hash;
    }
  });

  function token() {
    var found = document.cookie.split('; ').find(function (c) { return c.indexOf('XSRF-TOKEN=') === 0; });
    return found ? decodeURIComponent(found.substring('XSRF-TOKEN='.length)) : '';
  }

  // ---- progress of a running audit
  var SIGNS = {done: '✓', working: '▸', waiting: '·'};
  var NAMES = {done: 'done', working: 'in work', waiting: 'to come'};

  function show(section, live) {
    live.stages.forEach(function (stage) {
      var line = section.querySelector('[data-stage="' + stage.stage + '"]');
      if (!line) { return; }
      if (line.className !== stage.status) {
        line.className = stage.status;
        line.querySelector('.mark').textContent = SIGNS[stage.status] || '';
        line.querySelector('.status').textContent = NAMES[stage.status] || stage.status;
      }
      var parts = line.querySelector('.parts');
      var now = Array.prototype.map.call(parts.children, function (l) { return l.firstElementChild.textContent; });
      var same = now.length === stage.parts.length && stage.parts.every(function (p, i) { return p.name === now[i]; });
      if (!same) {
        parts.textContent = '';
        stage.parts.forEach(function (part) {
          var label = document.createElement('label');
          var name = document.createElement('span');
          name.textContent = part.name;
          var bar = document.createElement('progress');
          bar.max = 100;
          label.append(name, ' ', bar, ' ', document.createElement('small'));
          parts.append(label);
        });
      }
      stage.parts.forEach(function (part, i) {
        var bar = parts.children[i].querySelector('progress');
        if (part.percent < 0) { bar.removeAttribute('value'); } else { bar.value = part.percent; }
        parts.children[i].querySelector('small').textContent = part.said;
      });
    });
  }

  function doneStages(live) {
    return live.round + live.verdict + live.stages.filter(function (s) { return s.status === 'done'; }).map(function (s) { return s.stage; }).join();
  }

  // New results come with the page itself: one way of drawing them, and it escapes.
  function refreshResults() {
    return fetch(location.pathname, {headers: {Accept: 'text/html'}, credentials: 'same-origin'})
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, 'text/html');
        ['#results', 'main > .verdict'].forEach(function (part) {
          var from = fresh.querySelector(part);
          var to = document.querySelector(part);
          if (from && to) { to.replaceWith(document.adoptNode(from)); }
        });
        document.dispatchEvent(new Event('attest:fresh'));
      })
      .catch(function () { /* the next change tries again */ });
  }

  var section = document.querySelector('[data-events]');
  if (section && window.EventSource) {
    var state = section.dataset.state;
    var known = null;
    var source = new EventSource(section.dataset.events);
    source.addEventListener('progress', function (event) {
      var live = JSON.parse(event.data);
      show(section, live);
      var now = doneStages(live);
      if (live.state !== state) {
        source.close();
        if (section.querySelector('.cancel[open]')) { refreshResults(); } else { location.reload(); }
        return;
      }
      if (known !== null && known !== now) { refreshResults(); }
      known = now;
    });
    source.addEventListener('end', function () { source.close(); });
  }

  // ---- what is folded is opened where somebody goes to it, and in print
  function unfold() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.substring(1)));
    for (var fold = target && target.closest('details'); fold; fold = fold.parentElement.closest('details')) { fold.open = true; }
    if (target) { stay(target); }
  }

  // Charts are drawn when they come into view and then have another height: without this one ends beside the target.
  function stay(target) {
    var until = Date.now() + 1500;
    var top = NaN;
    var going = true;
    function leave() { going = false; }
    ['wheel', 'touchstart', 'pointerdown', 'keydown'].forEach(function (deed) { window.addEventListener(deed, leave, {once: true, passive: true}); });
    (function again() {
      if (!going || Date.now() > until) { return; }
      if (target.getBoundingClientRect().top !== top) {
        target.scrollIntoView({behavior: 'instant'});
        top = target.getBoundingClientRect().top;
      }
      requestAnimationFrame(again);
    })();
  }
  window.addEventListener('hashchange', unfold);
  if (location.hash && document.querySelector('.parted')) { unfold(); }
  window.addEventListener('beforeprint', function () {
    document.querySelectorAll('#results details:not([open]):not(.provenance)').forEach(function (d) { d.dataset.folded = ''; d.open = true; });
  });
  window.addEventListener('afterprint', function () {
    document.querySelectorAll('details[data-folded]').forEach(function (d) { delete d.dataset.folded; d.open = false; });
  });

  // ---- data file of the start page
  var start = document.querySelector('form[data-start]');
  if (start) {
    var box = start.querySelector('[data-upload]');
    var file = box.querySelector('input[type=file]');
    var bar = box.querySelector('progress');
    var said = box.querySelector('[data-upload-said]');
    var button = start.querySelector('button[type=submit]');
    box.hidden = false;
    if (start.elements.data.value) { said.textContent = 'Uploaded: ' + start.elements.data.value; }
    file.addEventListener('change', function () {
      start.elements.data.value = '';
      said.textContent = '';
      if (!file.files.length) { return; }
      var form = new FormData();
      form.append('file', file.files[0]);
      var request = new XMLHttpRequest();
      request.open('POST', '/api/uploads');
      request.setRequestHeader('X-XSRF-TOKEN', token());
      request.setRequestHeader('Accept', 'application/json');
      button.disabled = true;
      bar.hidden = false;
      request.upload.onprogress = function (e) { if (e.lengthComputable) { bar.value = 100 * e.loaded / e.total; } };
      request.onloadend = function () {
        button.disabled = false;
        bar.hidden = true;
        var answer = {};
        try { answer = JSON.parse(request.responseText); } catch (e) { /* said below */ }
        if (request.status === 201) {
          start.elements.data.value = answer.data;
          said.textContent = 'Uploaded: ' + answer.data;
        } else {
          file.value = '';
          said.textContent = 'Not uploaded: ' + (answer.detail || 'the connection broke. Try again.');
        }
      };
      request.send(form);
    });
    start.addEventListener('submit', function () { setTimeout(function () { button.disabled = true; }); });
  }
})();
