// Opens the dialog in a window of its own; without this script, or with the window blocked, it is a new tab.
document.querySelector('a').onclick = (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const dialog = open(event.currentTarget.href, '', 'popup,width=850,height=600');
  if (dialog) {
    dialog.opener = null;
    event.preventDefault();
  }
};
