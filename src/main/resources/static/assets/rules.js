// Sends the chosen table as text of the form: a form with a file would have to be read by the server
// before it knows who sends it.
(() => {
  'use strict';
  const MOST = 1000000;
  const form = document.querySelector('form[data-rules]');
  if (!form) {
    return;
  }
  const file = form.querySelector('input[type=file]');
  const said = form.querySelector('[data-rules-said]');
  // A page that is shown again from the browser's memory must not send the old table.
  window.addEventListener('pageshow', () => {
    form.elements.table.value = '';
    said.textContent = '';
  });
  form.addEventListener('submit', event => {
    const chosen = file.files[0];
    if (!chosen || form.elements.table.value) {
      said.textContent = 'Testing. This can take a minute.';
      return;
    }
    event.preventDefault();
    if (chosen.size > MOST) {
      said.textContent = 'The file is larger than 1 MB. A table of rules is small: maybe it is another file.';
      return;
    }
    const reader = new FileReader();
    reader.onerror = () => { said.textContent = 'The file cannot be read. Choose it again.'; };
    reader.onload = () => {
      form.elements.name.value = chosen.name;
      form.elements.table.value = String(reader.result).split(',')[1] || '';
      if (form.elements.table.value) {
        form.requestSubmit();
      } else {
        said.textContent = 'The file is empty.';
      }
    };
    reader.readAsDataURL(chosen);
  });
})();
