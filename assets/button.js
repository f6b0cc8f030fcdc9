// The loader: turns the share links of a page into buttons with counts.
//
//   <script async src="https://SERVER/js/button.js"></script>
//
// What it promises to the page it runs in: one request for all its buttons; one name in `window`; no cookie,
// no storage, no third party; nothing thrown and nothing logged. Whatever fails, a link that works is left.
// Everything the page cannot restyle by accident lives in shadow roots with a constructed style sheet, and no
// HTML is parsed from strings, so a CSP without 'unsafe-inline' and Trusted Types are both fine.
//
// The build puts button.css inside, and wraps it all in a function.
import css from './button.css';

const d = document;

// Our server, from the address of this script. A module has no currentScript, but it has a stack trace; a
// script that was fetched and evaluated (jQuery.getScript on the page's own origin) has neither. Whatever else
// is found under this name is an element of the page, <img name=currentScript>.
const script = d.currentScript;
const [server] = (script instanceof HTMLScriptElement && script.src || Error().stack || '').match(/https?:[^\s()]+?(?=\/+js\/button\.)/) ||
    [location.origin];

const buttons = new Map();  // the element of the page -> its button
let waiting = [];           // buttons whose impression has not been sent
let timer;
let sheet;

const make = (name, part, parent) => {
  const element = parent.appendChild(d.createElement(name));
  element.setAttribute('part', part);
  return element;
};

const add = (element) => {
  const { url, text = d.title, via, picture, count, size, native, shares } = element.dataset;
  const link = d.createElement('a');
  // A link resolves what it is given; what is no address at all stays as it is, and is not asked for.
  link.href = url || d.querySelector('link[rel=canonical]')?.href || location.href;
  const page = link.href;
  const label = element.textContent.trim() || 'Share';
  const name = element.getAttribute('aria-label') || (label == 'Share' ? 'Share this page' : label);
  const query = new URLSearchParams({ url: page, text });
  if (via) query.set('via', via);
  if (picture) query.set('picture', picture);

  // An anchor cannot hold a shadow root: its button stands behind it, and the anchor itself is hidden
  // (by the CSSOM, which a CSP does not stop) but left in place for whoever owns it.
  const host = element.localName == 'a' ? d.createElement('span') : element;
  const box = d.createElement('div');
  box.className = count + ' ' + size;  // anything but vertical and none is horizontal
  box.append(link);
  const root = host.shadowRoot || host.attachShadow({ mode: 'open' });
  root.replaceChildren(box);
  root.adoptedStyleSheets = [sheet];
  link.setAttribute('part', 'button');
  const front = make('b', 'label', link);
  make('i', 'icon', front);
  front.append(label);
  // Its room is kept from the beginning, so that a count shifts nothing when it comes.
  const counter = count != 'none' && make('span', 'count', link);
  link.setAttribute('aria-label', name);
  link.href = server + '/add?' + query;
  link.target = '_blank';
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (native != null && navigator.share) {
      event.preventDefault();
      navigator.share({ url: page, title: text }).catch(() => {});
      return;
    }
    const dialog = open(link.href, '', 'popup,width=850,height=600');
    if (dialog) {
      dialog.opener = null;
      event.preventDefault();
    }
  };
  buttons.set(element, {
    host,
    page,
    show(total) {
      if (!Number.isInteger(total) || total < 0 || !counter) return;
      const lang = element.closest('[lang]')?.lang || [];
      let short = `${total}`;
      let exact = short;
      try {
        short = total.toLocaleString(lang, { notation: 'compact' });
        exact = total.toLocaleString(lang);
      } catch {
        // A language tag that is none: the digits will do.
      }
      // Drawn by the style sheet: the link's text stays its label, so that it is in the link's name.
      counter.dataset.shown = short;
      counter.className = short.length > 4 ? 'long' : '';
      link.setAttribute('aria-label', `${name}, ${exact} ${shares || (total == 1 ? 'share' : 'shares')}`);
    },
  });
};

// Sends the impressions of all buttons that wait, at most 50 a request and well within the server's bound
// on a request line; counts come back in the order asked.
const send = () => {
  while (waiting.length && !d.prerendering) {
    const batch = [];
    let query = '';
    while (waiting.length && batch.length < 50 && query.length < 9e3) {
      const button = waiting.shift();
      if (!/^https?:/.test(button.page) || button.page.length > 2048) continue;
      batch.push(button);
      query += '&url=' + encodeURIComponent(button.page);
    }
    if (query) {
      fetch(server + '/v1/buttons?' + query.slice(1), {
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        keepalive: true,
      })
          .then((answer) => answer.json())
          .then(({ counts }) => batch.forEach((button, i) => button.show(counts[i])))
          .catch(() => {});
    }
  }
};

// Looks for buttons that came, moved or went since the last time.
const scan = () => {
  timer = 0;
  for (const element of d.querySelectorAll('a.buttond,a.buffer-add-button,share-button')) {
    if (!buttons.has(element)) {
      add(element);
      waiting.push(buttons.get(element));
    }
    const { host } = buttons.get(element);
    if (host != element && host.previousSibling != element) {
      element.after(host);
      element.style.setProperty('display', 'none', 'important');
    }
  }
  for (const [element, { host }] of buttons) {
    if (!element.isConnected) {
      if (host != element) host.remove();
      buttons.delete(element);
    }
  }
  send();
};

const later = () => {
  timer = timer || setTimeout(scan, 50);
};

const start = () => {
  scan();
  new MutationObserver(later).observe(d, { childList: true, subtree: true });
};

const run = () => {
  try {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    window.buttond = later;
    if (d.readyState == 'loading') d.addEventListener('DOMContentLoaded', start);
    else start();
    d.addEventListener('prerenderingchange', send);
    addEventListener('pageshow', (event) => {
      if (event.persisted) {
        waiting = [...buttons.values()];
        send();
      }
    });
    customElements.define('share-button', class extends HTMLElement {});
  } catch {
    // A browser without constructed style sheets keeps its plain links.
  }
};

// Included once for each anchor, or from a second server: the first copy does the work for all of them.
// (An element with id="buttond" is a property of window too, but not a function.)
if (typeof window.buttond == 'function') window.buttond();
else run();
