// The share page works without this. With it, the links follow the words as they are typed, "Copy link" copies,
// the system's share sheet is offered where there is one, and the server of a place stays in the address.
const form = document.getElementById('share');
const text = document.getElementById('text');
const url = document.getElementById('url');
const status = document.querySelector('.notice');
const links = document.querySelectorAll('a[data-place]');

if (links.length) {
  form.querySelector('button').hidden = true;
  form.addEventListener('submit', (event) => event.preventDefault());

  text.addEventListener('input', () => {
    for (const link of links) {
      const address = new URL(link.href);
      address.searchParams.set('text', text.value);
      link.href = address;
    }
    for (const field of document.querySelectorAll('.server [name=text]')) field.value = text.value;
  });
}

// Tells our server about a share that happened here. It counts it once, however often it is told.
const count = (link) => fetch(link.href, { keepalive: true }).catch(() => {});

document.querySelector('[data-place=copy]')?.addEventListener('click', async (event) => {
  if (!navigator.clipboard) return;
  event.preventDefault();
  const link = event.currentTarget;
  try {
    await navigator.clipboard.writeText(url.value);
    status.textContent = 'Copied.';
    count(link);
  } catch {
    url.select();
    status.textContent = 'Copy the address above.';
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
