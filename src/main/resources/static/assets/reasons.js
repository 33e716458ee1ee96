// A file of cases: sent with the token in a header, followed while it is worked on, then fetched.
(() => {
  'use strict';
  const form = document.querySelector('form[data-reasons]');
  if (!form) {
    return;
  }
  const api = form.dataset.api;
  const box = document.querySelector('[data-reasons-run]');
  const part = name => document.querySelector('[data-reasons-' + name + ']');
  const bar = box.querySelector('progress');
  let timer = 0;

  function token() {
    const found = document.cookie.split('; ').find(c => c.startsWith('XSRF-TOKEN='));
    return found ? decodeURIComponent(found.substring('XSRF-TOKEN='.length)) : '';
  }

  async function ask(path, method, body) {
    const answer = await fetch(api + path, {
      method, body, credentials: 'same-origin', headers: {Accept: 'application/json', 'X-XSRF-TOKEN': token()}
    });
    if (answer.ok) {
      return answer.status === 204 ? null : answer.json();
    }
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail || 'The server answered ' + answer.status + '. Load the page again, and log in.');
  }

  const count = (n, what) => n + ' ' + what + (n === 1 ? '' : 's');

  function sentence(run) {
    switch (run.state) {
      case 'waiting': return 'Waits for other files.';
      case 'working': return run.done + ' of ' + count(run.rows, 'case') + ' done.';
      case 'done': return count(run.rows, 'case') + ' by ' + run.method + ': ' + run.faults + ' with a fault, ' + run.flags
        + ' with a flag that a person has to decide.';
      case 'failed': return 'No reasons: ' + run.why;
      default: return 'Stopped.';
    }
  }

  function show(run) {
    box.hidden = false;
    part('file').textContent = run.file + ', ' + run.audit;
    bar.max = run.rows;
    bar.value = run.done;
    bar.hidden = run.state !== 'waiting' && run.state !== 'working';
    part('state').textContent = sentence(run);
    part('stop').textContent = bar.hidden ? 'Forget this file' : 'Stop and forget';
    part('files').hidden = run.state !== 'done';
    box.querySelectorAll('[data-format]').forEach(link => {
      link.href = api + '/' + run.id + '/reasons.' + link.dataset.format;
    });
    const notes = part('notes');
    notes.textContent = '';
    run.notes.forEach(note => {
      const line = document.createElement('li');
      line.textContent = note;
      notes.append(line);
    });
    box.dataset.run = run.id;
    clearTimeout(timer);
    if (run.state === 'waiting' || run.state === 'working') {
      timer = setTimeout(follow, 700);
    }
  }

  function follow() {
    ask('/' + box.dataset.run, 'GET').then(show, problem => {
      box.hidden = false;
      part('state').textContent = problem.message;
    });
  }

  form.addEventListener('submit', async event => {
    event.preventDefault();
    const said = part('said');
    const button = form.querySelector('button');
    const body = new FormData(form);
    button.disabled = true;
    said.textContent = 'Sending the file.';
    try {
      show(await ask('', 'POST', body));
      said.textContent = '';
    } catch (problem) {
      said.textContent = problem.message;
    }
    button.disabled = false;
  });

  part('stop').addEventListener('click', async () => {
    clearTimeout(timer);
    await ask('/' + box.dataset.run, 'DELETE').catch(() => {});
    delete box.dataset.run;
    box.hidden = true;
    form.querySelector('button').focus();
  });

  if (box.dataset.run) {
    follow();
  }
})();
