// Opens the dialog in a window of its own; without this script, or with the window blocked, it is a new tab.
const link = document.querySelector('a');
link.onclick = (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const dialog = open(link.href, '', 'popup,width=850,height=600');
  if (dialog) {
    dialog.opener = null;
    event.preventDefault();
  }
};

// The server has marked, and not counted, what was asked for ahead of being shown.
const report = () => {
  new Image().src = `/seen.gif?url=${encodeURIComponent(new URL(link.href).searchParams.get('url'))}`;
};
if ('unseen' in link.dataset) {
  if (document.prerendering) document.addEventListener('prerenderingchange', report, { once: true });
  else report();
}
