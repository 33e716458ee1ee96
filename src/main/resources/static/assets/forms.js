// What the forms in Tasklist have in common. Tasklist's config.js names this file under customScripts, so it is there before any form.
// A form is kept with the process that it belongs to and may be older than this file: add to this, take nothing away.

const base = location.pathname.split('/camunda/')[0];
const KINDS = /\.(csv|xlsx|parquet|jsonl)$/i;
// Settings with a field of their own; all others are written as lines.
const OWN = ['seed', 'background', 'local'];
// What the engine puts before the reason of a refusal: for programmers.
const OF_THE_ENGINE = /^Cannot (instantiate process definition|submit task form|complete task) \S+: /;

/** Fetches variables of the task; then gets them by name. */
function read(camForm, names, then) {
  camForm.on('form-loaded', function () {
    names.forEach(function (name) { camForm.variableManager.fetchVariable(name); });
  });
  camForm.on('variables-fetched', function () {
    const values = {};
    names.forEach(function (name) { values[name] = camForm.variableManager.variableValue(name); });
    then(values);
  });
}

/** Sets variables; a passing one is seen by the task that ends and kept nowhere. Tasklist may submit twice. */
function give(camForm, values, passing) {
  const variables = camForm.variableManager;
  Object.keys(values).forEach(function (name) {
    const value = values[name] || null;
    const known = variables.variable(name);
    if (known) {
      // Of one that was asked for and is not there only the name is known.
      known.type = known.type || 'String';
      variables.variableValue(name, value);
    } else {
      variables.createVariable({name: name, type: 'String', value: value, valueInfo: passing ? {'transient': true} : {}});
    }
  });
}

/** Says in the form what is wrong; and what the server refused, beside Tasklist's own short-lived note. */
function refusals(camForm, $scope) {
  const refuse = function (message) {
    camForm.submitPrevented = true;
    $scope.problem = message;
    say(camForm);
  };
  camForm.formElement[0].addEventListener('input', function () {
    if ($scope.problem) {
      $scope.problem = '';
      $scope.$applyAsync();
    }
  });
  // A fault in what a form does when it is sent: without words the button would only stay grey.
  const on = camForm.on;
  camForm.on = function (event, then) {
    on.call(camForm, event, event !== 'submit' ? then : function () {
      try {
        then.apply(camForm, arguments);
      } catch (e) {
        console.error(e);
        refuse('The form could not be sent: ' + e.message + '. Load the page again; if it stays so, tell an administrator.');
      }
    });
  };
  camForm.on('submit-failed', function (form, causes) {
    const error = causes[0];
    if (error && error.message && !/submission prevented/.test(error.message)) {
      $scope.problem = error.message.replace(OF_THE_ENGINE, '');
      say(camForm);
      $scope.$applyAsync();
    }
  });
  return refuse;
}

function say(camForm) {
  setTimeout(function () {
    const told = camForm.formElement[0].querySelector('[role=alert]');
    if (told) { told.scrollIntoView({block: 'center'}); }
  });
}

/** Keeps what is written until it is sent: for this person and task, in this browser tab only. */
function draft(camForm, $scope, others) {
  const who = ($scope.$root.authentication || {}).name;
  const key = 'attest-draft:' + who + ':' + camForm.taskId;
  const element = camForm.formElement[0];
  let kept = {};
  try { kept = JSON.parse(sessionStorage.getItem(key)) || {}; } catch (e) { /* begins anew */ }
  Object.assign($scope.answer, kept.answer || {});
  const keep = function () {
    setTimeout(function () { sessionStorage.setItem(key, JSON.stringify({answer: $scope.answer, others: others ? others() : null})); });
  };
  element.addEventListener('input', keep);
  element.addEventListener('change', keep);
  camForm.on('submit-success', function () { sessionStorage.removeItem(key); });
  return kept.others;
}

// ---- the review

/** Loads what the audit found into the form; with fields to answer the findings if wanted. */
function review(camForm, $http, auditId, answering) {
  const box = camForm.formElement[0].querySelector('#attest-results');
  const address = base + '/audits/' + encodeURIComponent(auditId);
  return $http.get(address + '/review' + (answering ? '?answer=true' : ''), {headers: {Accept: 'text/html'}}).then(function (response) {
    // Written by our own server, every text in it escaped there. Not compiled: braces in it stay text.
    box.innerHTML = response.data;
    const all = box.querySelector('[data-accept-info]');
    if (all) {
      const open = function (select) { return select.dataset.severity === 'info' && !select.value; };
      all.hidden = !selects(camForm).some(open);
      all.addEventListener('click', function () {
        selects(camForm).filter(open).forEach(function (select) { select.value = 'accepted'; });
        all.dispatchEvent(new Event('change', {bubbles: true}));
      });
    }
    camForm.formElement[0].addEventListener('change', function (event) {
      if (event.target.name === 'decision') { unmark(camForm); }
    });
    box.addEventListener('change', function (event) {
      event.target.removeAttribute('aria-invalid');
      offerAlike(camForm);
    });
    box.addEventListener('click', function (event) {
      if (event.target.matches('[data-alike]')) { answerAlike(camForm, selectOf(event.target)); }
    });
    box.setAttribute('aria-busy', 'false');
  }, function (response) {
    const link = document.createElement('a');
    link.href = address;
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = 'Open the page of the audit';
    box.textContent = 'What the audit found could not be loaded (answer ' + response.status + '). ';
    box.appendChild(link);
    box.setAttribute('aria-busy', 'false');
  });
}

function selects(camForm) {
  return Array.from(camForm.formElement[0].querySelectorAll('select[data-finding]'));
}

function selectOf(element) {
  return element.closest('.answer').querySelector('select');
}

/** What this answer can be given to as well: findings of its rule without one. What blocks is answered by itself. */
function alike(camForm, select) {
  return selects(camForm).filter(function (s) {
    return select.value && !s.value && s.dataset.rule === select.dataset.rule
      && ![s, select].some(function (one) { return one.dataset.severity === 'block'; });
  });
}

/** Offers beside each answer to give it to the others of its rule, while there are some. */
function offerAlike(camForm) {
  selects(camForm).forEach(function (select) {
    const button = select.closest('.answer').querySelector('[data-alike]');
    const others = alike(camForm, select).length;
    button.hidden = !others;
    button.textContent = 'The same for ' + (others === 1 ? 'the other one' : 'the other ' + others) + ' of ' + select.dataset.rule;
  });
}

function answerAlike(camForm, select) {
  alike(camForm, select).forEach(function (other) {
    other.value = select.value;
    reasonOf(other).value = reasonOf(select).value;
    reasonOf(other).removeAttribute('aria-invalid');
  });
  select.focus();
  select.dispatchEvent(new Event('change', {bubbles: true}));
}

function reasonOf(select) {
  return select.closest('.answer').querySelector('textarea');
}

/** The answers that were given to findings. */
function dispositions(camForm) {
  return selects(camForm).filter(function (select) { return select.value; }).map(function (select) {
    return {finding: select.dataset.finding, answer: select.value, reason: reasonOf(select).value};
  });
}

function restoreDispositions(camForm, kept) {
  (kept || []).forEach(function (given) {
    const select = selects(camForm).find(function (s) { return s.dataset.finding === given.finding; });
    if (select) {
      select.value = given.answer;
      reasonOf(select).value = given.reason;
    }
  });
  offerAlike(camForm);
}

/** Takes away what was said of answers for another decision. */
function unmark(camForm) {
  selects(camForm).forEach(function (select) {
    [select, reasonOf(select)].forEach(function (field) { field.removeAttribute('aria-invalid'); });
    const old = select.closest('.answer').querySelector('.text-danger');
    if (old) { old.remove(); }
  });
}

/** What keeps this decision from being sent: the first thing, in words; marks all of them. */
function missing(camForm, decision) {
  const approving = /^approve/.test(decision);
  const wrong = [];
  unmark(camForm);
  selects(camForm).forEach(function (select) {
    const reason = reasonOf(select);
    const name = select.dataset.finding;
    if (approving && select.dataset.severity === 'block' && select.value !== 'waived') {
      wrong.push([select, name + ' blocks. Waive it with a reason, send the audit back, or reject.']);
    } else if (approving && !select.value) {
      wrong.push([select, 'An approval answers every finding: accept, dispute or waive ' + name + '.']);
    } else if (/disputed|waived/.test(select.value) && !reason.value.trim()) {
      wrong.push([reason, 'Please say why ' + name + ' is ' + select.value + '.']);
    }
  });
  wrong.forEach(function (w) {
    const told = document.createElement('p');
    told.className = 'text-danger';
    told.textContent = w[1];
    w[0].setAttribute('aria-invalid', 'true');
    w[0].closest('.answer').append(told);
  });
  if (wrong.length) { setTimeout(function () { wrong[0][0].focus(); }, 100); }
  return wrong.length ? wrong[0][1] : '';
}

// ---- parameters

/** Reads lines name=value into one value for each field. */
function split(text) {
  const fields = {more: ''};
  (text || '').split(/[;\n]/).map(function (line) { return line.trim(); }).filter(Boolean).forEach(function (line) {
    const name = line.split('=')[0].trim();
    if (OWN.includes(name)) {
      const number = Number(line.substring(line.indexOf('=') + 1));
      if (Number.isInteger(number)) { fields[name] = number; return; }
    }
    fields.more += (fields.more ? '\n' : '') + line;
  });
  return fields;
}

/** The other way round. */
function join(fields) {
  return OWN.filter(function (name) { return fields[name] || fields[name] === 0; })
    .map(function (name) { return name + '=' + fields[name]; })
    .concat((fields.more || '').trim() || []).join('\n');
}

/** The first line that is not written name=value. */
function badLine(text) {
  return (text || '').split('\n').filter(function (line) {
    return line.trim() && !/^\s*[A-Za-z][\w.-]*\s*=\s*\S.*$/.test(line);
  })[0];
}

// ---- models and data

/** The models to choose from, as $scope.models. */
function models($scope, $http) {
  $scope.models = [];
  return $http.get(base + '/api/models').then(function (response) {
    // Of a model that is no longer declared only audits are left: nothing can be started.
    $scope.models = response.data.filter(function (m) { return m.declared; }).map(function (m) {
      return Object.assign({label: m.error ? m.id + ' (its model.yaml is wrong)' : m.name}, m);
    });
    if (!$scope.models.length) {
      $scope.problem = 'There is no model to audit. Maybe the folder config/models is empty: it needs one folder with a model.yaml for each model.';
    }
  }, function (response) {
    $scope.problem = 'The models could not be read (answer ' + response.status + '). Load the page again; if it stays so, tell an administrator.';
  });
}

/**
 * Sends a chosen file at once: $scope.upload tells how it goes, $scope.answer.upload is its name when it is there. Where the model
 * is known, its server says whether the file fits.
 */
function upload(camForm, $scope, $http, model) {
  $scope.upload = {};
  const check = function () {
    const mine = $scope.upload;
    const of = model && model();
    if (!of || !mine.data) { return; }
    mine.busy = true;
    mine.problem = '';
    delete $scope.answer.upload;
    $http.get(base + '/api/models/' + encodeURIComponent(of) + '/check', {params: {data: mine.data}}).then(function (response) {
      mine.busy = false;
      mine.problem = response.data.problem && 'The file does not fit the model: ' + response.data.problem;
      if (mine === $scope.upload && !mine.problem) { $scope.answer.upload = mine.data; }
    }, function () {
      // Then the audit says it when it takes the data in.
      mine.busy = false;
      if (mine === $scope.upload) { $scope.answer.upload = mine.data; }
    });
  };
  if (model) { $scope.$watch(model, check); }
  camForm.formElement[0].addEventListener('change', function (event) {
    if (event.target.id !== 'attest-file') { return; }
    const file = event.target.files[0];
    const mine = $scope.upload = {};
    delete $scope.answer.upload;
    if (file && !KINDS.test(file.name)) {
      mine.problem = 'The file ' + file.name + ' cannot be used. Choose a CSV, Excel (.xlsx), Parquet or JSON lines file.';
    } else if (file && !file.size) {
      mine.problem = 'The file ' + file.name + ' is empty.';
    } else if (file) {
      const body = new FormData();
      mine.busy = true;
      mine.name = file.name;
      body.append('file', file);
      $http.post(base + '/api/uploads', body, {headers: {'Content-Type': undefined}, transformRequest: function (data) { return data; }})
        .then(function (response) {
          mine.busy = false;
          mine.data = response.data.data;
          if (mine === $scope.upload) {
            $scope.answer.upload = mine.data;
            check();
          }
        }, function (response) {
          mine.busy = false;
          mine.problem = 'The file was refused: ' + ((response.data && response.data.detail) || 'answer ' + response.status + '.') + ' Choose another file.';
        });
    }
    $scope.$applyAsync();
  });
}

/** The files in the drop folder to choose from, as $scope.dropped. */
function dropped($scope, $http) {
  $scope.dropped = [];
  $http.get(base + '/api/drop-folder').then(function (response) {
    $scope.dropped = response.data.map(function (f) {
      return {data: f.data, label: f.name + ' (' + Math.max(1, Math.round(f.bytes / 1000)) + ' kB, ' + f.changed.substring(0, 16).replace('T', ' ') + ' UTC)'};
    });
  }, function () { /* then there are none to choose from */ });
}

/** Ended audits of the chosen model to compare with, as $scope.baselines; of another model when that is chosen. */
function baselines($scope, $http) {
  $scope.baselines = [];
  $scope.$watch('answer.model', function (model) {
    $scope.baselines = [];
    $scope.answer.baselineAudit = '';
    if (!model) { return; }
    $http.get(base + '/api/audits', {params: {model: model}}).then(function (response) {
      if ($scope.answer.model !== model) { return; }
      $scope.baselines = response.data.filter(function (a) { return a.endedAt && a.state !== 'withdrawn'; }).map(function (a) {
        return {id: a.id, label: a.id + ' (' + a.state.replace(/-/g, ' ') + ')'};
      });
    }, function () { /* then there are none to choose from */ });
  });
}

/** What the audit is compared with; null for the usual. */
function baseline($scope) {
  return $scope.answer.baseline === 'audit' ? $scope.answer.baselineAudit : $scope.answer.baseline || null;
}

/** What keeps the chosen data from being used, in words; empty if nothing does. */
function dataProblem($scope) {
  return $scope.answer.source !== 'upload' ? ''
    : $scope.upload.busy ? 'The file is still on its way. Try again in a moment.'
    : $scope.upload.problem || ($scope.answer.upload ? '' : 'Please choose a file.');
}

/** The name of the chosen data; null for those that are registered. */
function data($scope) {
  const a = $scope.answer;
  return a.source === 'upload' ? a.upload : a.source === 'drop' ? a.dropped : null;
}

/** Points the form's link to the page of an audit. */
function page(camForm, auditId) {
  const link = camForm.formElement[0].querySelector('#attest-page');
  if (link && auditId) { link.href = base + '/audits/' + encodeURIComponent(auditId); }
}

// ---- schedules

const cycles = [
  {cycle: '0 0 6 * * ?', label: 'Every day at 6:00'},
  {cycle: '0 0 6 ? * MON', label: 'Every Monday at 6:00'},
  {cycle: '0 0 6 1 * ?', label: 'On the first of every month at 6:00'},
  {cycle: '0 0 6 1 1,4,7,10 ?', label: 'On the first day of every quarter at 6:00'}
];

/** What a person may write as a cycle: an interval, or a cron expression of six fields. */
const CYCLE = /^(R\d*\/P(?=.)(\d+[YMWD])*(T(\d+[HMS])+)?|[\d*\/,-]+ [\d*\/,-]+ [\d*\/,-]+ [\d*?LW\/,-]+ [\w*\/,-]+ [\w*?L#\/,-]+)$/;
const UNITS = {'P.Y': 'year', 'P.M': 'month', 'P.W': 'week', 'P.D': 'day', 'PT.H': 'hour', 'PT.M': 'minute', 'PT.S': 'second'};

/** A cycle in words, where it is one of those that can be chosen or an interval of one unit. */
function often(cycle) {
  const known = cycles.find(function (c) { return c.cycle === cycle; });
  if (known) { return known.label; }
  const interval = /^R\/(PT?)(\d+)([YMWDHS])$/.exec(cycle || '');
  const unit = interval && UNITS[interval[1] + '.' + interval[3]];
  return !unit ? cycle : Number(interval[2]) === 1 ? 'Every ' + unit : 'Every ' + interval[2] + ' ' + unit + 's';
}

/** A chosen day as the server reads it: 2026-12-31; null for none. */
function day(date) {
  const two = function (n) { return (n < 10 ? '0' : '') + n; };
  return date ? date.getFullYear() + '-' + two(date.getMonth() + 1) + '-' + two(date.getDate()) : null;
}

// ---- watches

const EVENTS = {
  'look': 'A look', 'model-changed': 'The model was changed', 'data-arrived': 'New data', 'incident': 'Incident',
  'audit-finished': 'An audit was decided', 'approval-expired': 'The approval expired', 'condition-failed': 'A condition failed'
};

/** What happened to a model that is watched, in words. */
function event(name) {
  return EVENTS[name] || name;
}

// A form that is refused, by itself or by the server, says why beside the button. Tasklist adds a note in words for programmers.
new MutationObserver(function () {
  document.querySelectorAll('[notifications-panel] .alert').forEach(function (note) {
    if (/submission prevented|Cannot (instantiate process definition|submit task form|complete task)/.test(note.textContent)) { note.hidden = true; }
  });
}).observe(document.body, {childList: true, subtree: true});

window.attestForms = {
  base, read, give, refusals, draft, page,
  review, dispositions, restoreDispositions, missing,
  split, join, badLine,
  models, upload, dropped, dataProblem, data, baselines, baseline,
  cycles, often, cycle: CYCLE, day, event
};

export default [];
