// The loader: turns the share links of a page into buttons with counts.
//
//   <script async src="https://SERVER/js/button.js"></script>
//
// What it promises to the page it runs in: one request for all its buttons, in which each link is once; one name in
// `window`; no cookie, no storage, no third party; nothing thrown and nothing logged. Whatever fails, a link that works is left.
// Everything the page cannot restyle by accident lives in shadow roots with a constructed style sheet, and no
// HTML is parsed from strings, so a CSP without 'unsafe-inline' and Trusted Types are both fine.
//
// The build puts button.css inside, and wraps it all in a function.
import css from './button.css';

let views = {};              // links in view, as they were asked for -> the last element seen that shows one
let sheet;
const d = document;
const counts = {};           // of links, by their encoded addresses; and, by a canonical address as it is, where the
                             // reader was when the page first had it
let timer;
let batch = [];              // encoded addresses of links for the next request, all for one server
const elements = new Set();  // of the page, which are or become buttons
let here = '';               // where the reader is
const mine = Symbol();       // what an element's button is kept under
let restored = 0;            // how often the page came back from the back-forward cache
let server;

// Looks for buttons that came, moved, changed or went since the last time, then sends the impressions of those
// that wait, at most 50 a request and well within the server's bound on a request line. Hosts without their anchors
// are left over, or copies (of a page that was cached or saved). A <share-button> may be the page's own, until its
// scripts have run.
const scan = () => {
  timer = 0;
  if (d.prerendering || d.readyState == 'loading') return later();
  for (const host of d.querySelectorAll('[data-buttond]')) if (host[mine] !== host.previousSibling) host.remove();
  for (const element of d.querySelectorAll(
      'a.buttond,a.buffer-add-button' + (d.readyState == 'complete' ? ',share-button:not(:defined)' : ''))) {
    elements.add(element);
  }
  for (const element of elements) {
    if (!element.isConnected) elements.delete(element);
    try {
      // What is no address at all throws.
      const page = new URL(element.dataset.url || find_page(), d.baseURI).href;
      if (/^https?:/.test(page)) (element[mine] = element[mine] || add(element))(page);
    } catch {
      // Somebody else's element, or no server or page is known for it.
    }
  }
  flush();
};

const later = () => {
  if (!timer) timer = setTimeout(scan, 50);
};

// What a button shares that has no address of its own. A fragment is no other page (a hash-bang is), and neither
// is an address that lost its last parameters, as scripts clean it. A canonical link that was there before the
// reader went on without loading a page is another page's.
const find_page = () => {
  const now = location.href.split(/#(?!!)/)[0];
  here = /^[?&]/.test(here.split(now)[1]) ? here : now;
  const canonical = d.querySelector('link[rel~=canonical]')?.href;
  return /^https?:/.test(canonical) && (counts[canonical] = counts[canonical] || here) == here ? canonical : here;
};

const make = (name, part, parent) => {
  const made = parent.appendChild(d.createElement(name));
  made.part = part;
  return made;
};

// The server whose script, or whose dialog, `text` leads to; throws where it leads elsewhere.
const server_of = (text) => /(https?:\/\/[^\s/]+)\/+(js\/button(\.\w{16})?\.js|add)(?![^?#:])/.exec(text)[1];

const add = (element) => {
  const to = server || server_of((element.querySelector('a') || element).href);
  // An anchor cannot hold a shadow root: its button stands behind it, and the anchor itself is hidden
  // (by the CSSOM, which a CSP does not stop) but left in place for whoever owns it.
  const host = element.text == null ? element : d.createElement('span');
  const root = host.attachShadow({ mode: 'open' });
  const link = make('a', 'button', root);
  const front = make('div', 'label', link);
  // Its room is kept from the beginning, so that a count shifts nothing when it comes.
  const counter = make('span', 'count', link);
  make('i', 'icon', front);
  front.append('');
  link.onclick = (event) => {
    scan();
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    // Returning false keeps the link from being followed.
    if (element.dataset.native != null && navigator.share) return !navigator.share(shared).catch(() => {});
    // An empty window, where the link itself then leads, for the link says no Referer; else a new tab of that name. It
    // lets go of its opener by itself: WebKit does not find it by its name when we do that here.
    try {
      open('', 'buttond', 'width=850,height=600');
    } catch {
      // Somebody else's open().
    }
  };
  link.referrerPolicy = 'no-referrer';
  link.onpointerenter = link.onfocus = scan;
  link.target = 'buttond';
  if (host != element) {
    // The author's own `display` must stay readable, so that is not what hides the anchor.
    element.style.cssText += ';position:fixed!important;visibility:hidden!important';
    host[mine] = element;
    host.dataset.buttond = '';
  }
  // The room that the author's snippet keeps.
  link.style.minWidth = element.querySelector('svg')?.getAttribute('width') + 'px';
  let drawn;
  let shared;
  let sent;
  root.adoptedStyleSheets = [sheet];

  // Draws what the page says by now.
  return (page) => {
    const { shares, picture = '', via = '', min = 0, size, text = d.title, count } = element.dataset;
    const key = encodeURIComponent(page);
    const view = element.isConnected && restored + key;
    // Asks where no other button shows it already. One that is too long would be refused, and others with it.
    if (sent != view) {
      if (views[sent] == element) views[sent] = 0;
      if (view && !views[view]?.isConnected && !page[2048]) {
        if (batch[49] || batch.join()[9e3] || batch.to != to) flush();
        batch.push(key);
        batch.to = to;
      }
    }
    views[sent = view] = element;
    if (host != element) {
      host.toggleAttribute('hidden', getComputedStyle(element).display == 'none');
      if (host.previousSibling != element) {
        element.after(host);
        // Frameworks that take over a server's HTML walk it by nextSibling, and throw it away where they meet a stranger.
        // Where the host no longer stands behind it, the anchor's own getter is left.
        element.__defineGetter__('nextSibling', () =>
          host.previousSibling != element ? delete element.nextSibling && element.nextSibling : host.nextSibling);
      }
    }
    // Most scans find most buttons as they were.
    if (drawn == (drawn = counts[key] + text + element.outerHTML + page)) return;
    const total = counts[key];
    const label = front.lastChild.data = element.textContent.trim() || 'Share';
    let name = element.ariaLabel || (label != 'Share' ? label : 'Share this page');
    delete counter.dataset.shown;
    link.href = to + '/add?' + new URLSearchParams({ url: page, picture, via, text });
    shared = { url: page, title: text };
    link.className = count + ' ' + size;  // anything but vertical and none is horizontal
    if (total >= min && count != 'none') {
      let short = '' + total;
      let exact = short;
      try {
        const lang = element.closest('[lang]')?.lang;
        short = total.toLocaleString(lang, { notation: 'compact' });
        exact = total.toLocaleString(lang);
      } catch {
        // A language tag that is none: the digits will do.
      }
      // Drawn by the style sheet: the link's text stays its label, so that it is in the link's name.
      counter.dataset.shown = short;
      counter.className = short[4] && 'long';
      name += ', ' + exact + ' ' + (shares || 'share' + (total == 1 ? '' : 's'));
    }
    link.ariaLabel = name;
  };
};

// Sends the impressions of a batch, whose counts come back in the order asked; or after a click on a place whose link
// stands in the page, that it was chosen, which has no answer.
const flush = async (event) => {
  const keys = batch;
  batch = [];
  try {
    // Where neither is there to be sent, this throws. The server draws the id of a choice.
    const place = event?.target.closest('[data-place]');
    const answer = await fetch(event ? server + '/v1/chosen?' + new URLSearchParams({
      url: place.closest('[data-url]').dataset.url,
      place: place.dataset.place,
    }) : keys.to.concat('/v1/buttons?url=') + keys.join('&url='), {
      method: event && 'POST',
      keepalive: true,
      referrerPolicy: 'no-referrer',
    });
    for (const count of (await answer.json()).counts) counts[keys.shift()] = count ?? NaN;
    scan();
  } catch {
    // No count, then.
  }
};

// Included once for each anchor, or from a second server: the first copy does the work for all of them.
// (An element with id="buttond" is a property of window too, but not a function.)
try {
  buttond();
} catch {
  try {
    sheet = new CSSStyleSheet();
    customElements.define('buttond-button', class extends HTMLElement {
      connectedCallback() {
        elements.add(this);
        later();
      }
    });
    addEventListener('pageshow', (event) => {
      restored += event.persisted;
      later();
    });
    sheet.replaceSync(css);
    window.buttond = later;
    new MutationObserver(later).observe(d, { subtree: true, childList: true, attributes: true });
    // Our server is where this script is from, if that is our address for it. A module has no currentScript, but a stack
    // trace, which comes first, since currentScript may be an element of the page, <img name=currentScript>. A copy in a
    // bundle or on another server has neither; then each link says which server it leads to.
    later();
    server = server_of(Error().stack + d.currentScript?.src);
    addEventListener('click', flush, true);
    scan();
  } catch {
    // A browser without constructed style sheets keeps its plain links.
  }
}
