// The share page works without this. With it, the links follow the words as they are typed, "Copy link" copies,
// the system's share sheet is offered where there is one, and the server of a place stays in the address.

// No place that the reader goes to from here gets a hold on the page that opened this one. Where the connection is safe,
// Cross-Origin-Opener-Policy has seen to it already.
window.opener = null;

const form = document.getElementById('share');
const text = document.getElementById('text');
const url = document.getElementById('url');
const link = document.getElementById('link');
const status = document.getElementById('link-status');
const ways = document.querySelectorAll('a[data-place]');

if (link) {
  form.querySelector('button').hidden = true;
  form.addEventListener('submit', (event) => event.preventDefault());

  text.addEventListener('input', () => {
    for (const way of ways) {
      const address = new URL(way.href);
      address.searchParams.set('text', text.value);
      way.href = address;
    }
    for (const field of document.querySelectorAll('.server [name=text]')) field.value = text.value;
  });
}

// Tells our server about a share that happened here. It counts it once, however often it is told.
const count = (way) => fetch(way.href, { keepalive: true }).catch(() => {});

const copy = document.querySelector('[data-place=copy]');
copy?.addEventListener('click', async (event) => {
  if (!navigator.clipboard) return;
  event.preventDefault();
  const label = copy.textContent;
  try {
    await navigator.clipboard.writeText(url.value);
    if (label == copy.dataset.done) return;
    status.className = 'quietly';
    copy.textContent = status.textContent = copy.dataset.done;
    setTimeout(() => (copy.textContent = label), 2000);
    count(copy);
  } catch {
    getSelection().selectAllChildren(link);
    status.className = 'hint';
    status.textContent = copy.dataset.failed;
  }
});

const system = document.querySelector('[data-place=system]');
if (system && navigator.share) {
  system.parentElement.hidden = false;
  system.addEventListener('click', async (event) => {
    event.preventDefault();
    try {
      await navigator.share({ url: url.value, text: text.value });
      count(system);
    } catch {
      // The reader thought better of it.
    }
  });
}

for (const server of document.querySelectorAll('form.server')) {
  server.addEventListener('submit', () => {
    const address = new URL(location.href);
    address.pathname = '/add';
    address.searchParams.set('server', server.elements.server.value);
    for (const name of ['place', 'id']) address.searchParams.delete(name);
    history.replaceState(null, '', address);
  });
}
