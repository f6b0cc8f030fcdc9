// What the page is made of. Texts are texts: nothing here parses markup. What did not change is not touched, so that
// a selection, the focus and a screen reader's place stay where they are while the numbers go on.
import { shortened } from './words.js';

export const find = (id) => document.getElementById(id);

export const put = (element, text) => {
  if (element.textContent != text) element.textContent = text;
};

export const show = (element, shown) => {
  element.hidden = !shown;
};

export const make = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const leads = (url) => /^https?:\/\//.test(url);

// A text that is cut in its middle where it has no room: its end stays.
const cut = (element, whole) => {
  if (element.title == whole) return;
  element.title = whole;
  const text = shortened(whole);
  const end = text.length > 28 ? text.length - 14 : text.length;
  element.replaceChildren(make('span', {}, text.slice(0, end)), text.slice(end));
};

// A cell: a text, or {text, title, url, address, state, long}. A `url` is a stranger's, an `address` ours.
const fill = (cell, said) => {
  const { text, title = '', url, address, state = '', long } = said?.text == null ? { text: said } : said;
  const href = address || (leads(url) ? url : '');
  let holder = cell.firstElementChild;
  if (holder?.localName != (href ? 'a' : 'span')) {
    holder = make(href ? 'a' : 'span', href && url ? { rel: 'noreferrer noopener', target: '_blank' } : {});
    cell.replaceChildren(holder);
  }
  if (href && holder.getAttribute('href') != href) holder.href = href;
  if (holder.className != state) holder.className = state;
  if (long) {
    cell.classList.add('cut');
    cut(holder, text);
  } else {
    put(holder, text);
    holder.title = title;
  }
};

// Shows `items` as the rows of a table's body. `describe` says of each {key, state, cells}; the first cell is the
// row's header. A row stays the same element for as long as its key is there.
export const rows = (body, items, describe) => {
  const heads = [...body.parentNode.tHead.rows[0].cells];
  const roles = body.hasAttribute('role');
  const focused = document.activeElement;
  const before = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  const after = items.map((item) => {
    const { key, state = '', cells } = describe(item);
    let row = before.get(key);
    if (!row) {
      row = make('tr', {}, ...heads.map((head, at) => {
        const cell = make(at ? 'td' : 'th', { className: head.className });
        if (at) cell.dataset.label = head.textContent;
        else cell.scope = 'row';
        if (roles) cell.setAttribute('role', at ? 'cell' : 'rowheader');
        return cell;
      }));
      if (roles) row.setAttribute('role', 'row');
      row.dataset.key = key;
    }
    row.className = state;
    cells.forEach((cell, at) => fill(row.cells[at], cell));
    return row;
  });
  if (after.length != body.rows.length || after.some((row, at) => row != body.rows[at])) {
    body.replaceChildren(...after);
    if (body.contains(focused)) focused.focus({ preventScroll: true });
  }
};

// Of a long table the first rows, and a button for the others.
const FIRST = 15;
const FEW = 20;  // no button for less
const opened = new Set();
export const firstRows = (body, items, describe) => {
  const button = document.querySelector(`[data-of=${body.id}]`);
  const draw = () => {
    const all = opened.has(body.id) || items.length <= FEW;
    rows(body, all ? items : items.slice(0, FIRST), describe);
    show(button, items.length > FEW);
    put(button, all ? 'Show fewer' : `Show all ${items.length}`);
  };
  button.onclick = () => {
    if (!opened.delete(body.id)) opened.add(body.id);
    draw();
  };
  draw();
};

// What the store did to an answer; and of when the figures are that stand there instead.
const STATES = { slow: 'The store is slow.', away: 'The store is away.' };
export const stateOf = ({ state, read_days, days }) =>
  state == 'reading' ? `Days are being read: ${read_days} of ${days} so far.` : STATES[state] ?? '';
export const earlier = (read) => (read ? ` These figures are of ${read} UTC.` : ' These are the last that were read.');

// What a panel says about its figures, and whether they are of earlier.
export const remark = (id, words, old) => {
  const element = find(id + '-state');
  put(element, words);
  show(element, words);
  find(id).classList.toggle('old', !!old);
};
