// What if: sends the form as it is after each change, and puts the server's answer into the page.
(function () {
  'use strict';
  var form = document.querySelector('form[data-what-if]');
  if (!form || !window.fetch) { return; }
  var result = form.querySelector('[data-what-if-result]');
  var said = form.querySelector('[data-what-if-said]');
  var waiting = null;
  var running = null;
  var asked = '';

  function fields() { return form.querySelectorAll('.case-field input, .case-field select'); }

  function first(field) {
    if (field.tagName !== 'SELECT') { return field.defaultValue; }
    var chosen = Array.prototype.find.call(field.options, function (o) { return o.defaultSelected; });
    return chosen ? chosen.value : '';
  }

  function shown(field, value) {
    if (field.tagName !== 'SELECT') { return value; }
    var option = Array.prototype.find.call(field.options, function (o) { return o.value === value; });
    return option ? option.textContent : '';
  }

  // The old value stands beside the new one.
  function marks() {
    fields().forEach(function (field) {
      var changed = field.value !== first(field);
      field.classList.toggle('is-changed', changed);
      var was = field.parentElement.querySelector('.case-was');
      if (changed && !was) {
        was = document.createElement('p');
        was.className = 'case-was';
        field.after(was);
      }
      if (was) {
        was.hidden = !changed;
        was.textContent = 'was ' + shown(field, first(field));
      }
    });
  }

  function faults(from) {
    fields().forEach(function (field) {
      var told = from.querySelector('[data-fault="' + field.id + '"]');
      field.setAttribute('aria-invalid', told ? 'true' : 'false');
      document.querySelector('#' + field.id + '-fault bdi').textContent = told ? told.textContent : '';
    });
  }

  function ask() {
    var body = new URLSearchParams(new FormData(form)).toString();
    if (body === asked) { return; }
    asked = body;
    if (running) { running.abort(); }
    var mine = running = new AbortController();
    result.setAttribute('aria-busy', 'true');
    var address = form.getAttribute('action').split('#')[0];
    fetch(address + '?fragment=true', {method: 'POST', body: body, credentials: 'same-origin', signal: mine.signal, headers: {Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded'}})
      .then(function (answer) { return answer.text(); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('.case-tried');
        // Anything else is a page: the session ended.
        if (!fresh) { form.submit(); return; }
        faults(fresh);
        var words = fresh.querySelector('[data-said]');
        result.replaceChildren(document.adoptNode(fresh));
        var fault = fresh.querySelector('[data-fault]');
        said.textContent = (words ? words.textContent : '') + (fault ? ' ' + fault.textContent : '');
        result.removeAttribute('aria-busy');
        result.dispatchEvent(new CustomEvent('attest:fresh', {bubbles: true}));
      })
      .catch(function (error) {
        if (error.name === 'AbortError') { return; }
        asked = '';
        result.removeAttribute('aria-busy');
        said.textContent = 'The server did not answer. Try the button.';
      });
  }

  function soon() {
    marks();
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  }

  // A choice tells of itself by one or the other, depending on how it was made.
  form.addEventListener('input', soon);
  form.addEventListener('change', soon);
  form.addEventListener('submit', function (event) { event.preventDefault(); clearTimeout(waiting); marks(); asked = ''; ask(); });
  form.addEventListener('reset', function () { setTimeout(soon); });
  marks();
})();
