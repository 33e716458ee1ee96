// Joins the engine's web applications (Tasklist, Cockpit, Admin) with Attest's pages: one way in, one way out, a way back.
// Their config.js names this file under customScripts; they import it as a module.

// Their own login form must never show: there is one login. It appears when the session has ended or after logging out.
function toOurLogin() {
  if (/^#\/?login\b/.test(location.hash)) {
    // Coming back to where the person was, the server leads through the login by itself.
    location.replace(location.pathname);
  }
}
window.addEventListener('hashchange', toOurLogin);
toOurLogin();

// Tasklist sorts by the time of creation unless its address says otherwise: say that urgent tasks come first.
if (/\/app\/tasklist\//.test(location.pathname) && !location.hash.includes('sorting=') && !location.hash.includes('/login')) {
  const sorting = [{sortBy: 'priority', sortOrder: 'desc'}, {sortBy: 'created', sortOrder: 'desc'}];
  const hash = location.hash || '#/';
  history.replaceState(null, '', hash + (hash.includes('?') ? '&' : '?') + 'sorting=' + encodeURIComponent(JSON.stringify(sorting)));
}

// A way back to the audits, first in the menu.
function wayBack() {
  const menu = document.querySelector('[cam-widget-header] .app-menu > ul');
  if (!menu || menu.querySelector('.attest-home')) { return; }
  const item = document.createElement('li');
  item.className = 'attest-home';
  const link = document.createElement('a');
  link.href = '/audits';
  link.textContent = 'Audits';
  item.append(link);
  menu.prepend(item);
}
new MutationObserver(wayBack).observe(document.body, {childList: true, subtree: true});
wayBack();

export default [];
