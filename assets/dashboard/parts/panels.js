// The panels beside the line: what /dashboard/now says, and the largest sites.
import { change, exactly, fixed, lasting, minute, percent, several, time, unknown } from './words.js';
import { earlier, find, firstRows, put, remark, rows, show, stateOf } from './page.js';

const REASONS = {
  bot: 'robots',
  prefetch: 'fetched ahead',
  rate: 'too fast',
  site: 'not a site of ours',
  new_links: 'too many new links',
  embedded: 'embedded',
};
const reasons = (numbers, between) => Object.entries(numbers)
  .filter(([, events]) => events > 0)
  .sort(([, one], [, other]) => other - one)
  .map(([name, events]) => between(REASONS[name] ?? name, events))
  .join(', ');

const zero = (value, state) => ({ text: exactly(value), state: value ? state : 'none' });
const link = (key, url) => ({ text: key, url, long: true });

// An anchor of README, "the-disk-fills-up", in words: the page may be read where README is not.
const chapter = (anchor) => `README, “${(anchor[0].toUpperCase() + anchor.slice(1)).replaceAll('-', ' ')}”`;

const STATES = { ok: 'OK', look: 'Look', act: 'Act' };
let spoken = '';

export const showVerdict = ({ state, words, problems }) => {
  const section = find('verdict');
  show(section, true);
  section.className = 'verdict ' + state;
  const [head, rest] = find('words').children;
  put(head, (STATES[state] ?? state) + ':');
  put(rest, problems.length ? several(problems.length, 'problem') : words);
  const list = find('problems');
  const lines = problems.map(({ level, what, todo, more }) => {
    const item = document.createElement('li');
    item.className = level;
    for (const [name, text] of [['strong', what], ['span', todo], ['small', more && chapter(more)]]) {
      if (text) item.append(Object.assign(document.createElement(name), { textContent: text }), ' ');
    }
    return item;
  });
  if (list.textContent != lines.map((item) => item.textContent).join('')) list.replaceChildren(...lines);
  // Said aloud where it is another verdict, not where the oldest batch is a second older.
  const now = [state, ...problems.map(({ what, todo }) => what + ' ' + todo)].join(' ');
  if (now != spoken) put(find('spoken'), problems.length ? now : words);
  spoken = now;
};

export const showSum = (sum) => {
  show(find('sum'), sum);
  if (!sum) return;
  put(find('seen'), exactly(sum.seen));
  put(find('counted'), exactly(sum.counted));
  put(find('not-counted'), exactly(sum.not_counted));
  put(find('reasons'), reasons(sum.reasons, (name, events) => `${name} ${exactly(events)}`));
  put(find('minute'), `impressions in the minute ${minute(sum.of)} UTC on ${several(sum.nodes, 'node')}; ` +
    `in it ${several(sum.clicks, 'click')} and ${several(sum.shares, 'share')}`);
};

const totals = new Map();  // of links that are shown, as the store last said them

export const showShared = ({ minutes, nodes, links }, away) => {
  put(find('shared-note'), `last ${minutes} minutes, ${several(nodes, 'node')}`);
  for (const { key, all } of links) if (all) totals.set(key, all);
  const here = new Set(links.map(({ key }) => key));
  for (const key of totals.keys()) if (!here.has(key)) totals.delete(key);
  show(find('no-links'), !links.length);
  show(find('links').parentNode, links.length);
  firstRows(find('links'), links, ({ key, url, impressions, clicks, shares, all }) => ({
    key,
    cells: [link(key, url), zero(shares), zero(clicks), zero(impressions),
      { text: exactly((all ?? totals.get(key))?.impressions), state: all ? '' : 'none' }],
  }));
  remark('shared', away && links.some(({ all }) => !all) ? away + ' The figures of all time are its last.' : '');
};

export const showTurnedAway = ({ hours, agents, hosts }) => {
  const events = agents.reduce((sum, one) => sum + one.events, 0);
  put(find('turned-note'), `last ${several(hours, 'hour')}, this node`);
  show(find('none-turned'), !agents.length && !hosts.length);
  show(find('agents').parentNode, agents.length);
  show(find('hosts').parentNode, hosts.length);
  rows(find('agents'), agents.slice(0, 10), (one) => ({
    key: one.word,
    cells: [one.word, exactly(one.events), percent(one.events / events)],
  }));
  rows(find('hosts'), hosts.slice(0, 10), (one) => ({
    key: one.host,
    cells: [{ text: one.host, long: true }, reasons(one.reasons, (name) => name), exactly(one.events)],
  }));
};

let others = [];     // nodes but this one, as they last were
let othersRead = '';

export const showNodes = (nodes, fleet, away, at) => {
  if (fleet == 'ok') {
    others = nodes.filter((one) => !one.here);
    othersRead = time(at);
  }
  const own = nodes.find((one) => one.here);
  const all = fleet == 'ok' ? nodes : [...nodes.filter((one) => one.here), ...others.map((one) => ({ ...one, old: true }))];
  const gone = all.filter((one) => one.gone).length;
  const ill = all.filter((one) => !one.gone && one.state == 'act').length;
  put(find('fleet'), several(all.length - gone, 'node') + (gone ? `, ${gone} gone` : '') +
    (ill ? `, ${ill} in trouble` : gone ? '' : ', all counting'));
  remark('nodes', away && (others.length ? `${away} The other nodes are as they were at ${othersRead} UTC.` : `${away} Of other nodes nothing is known.`));
  const versions = new Set(all.filter((one) => one.version && !one.gone).map((one) => one.version + one.commit));
  put(find('nodes-note'), versions.size > 1 ? `of ${versions.size} versions` : '');
  rows(find('each-node'), all, (one) => ({
    key: one.node,
    state: one.gone || one.old ? 'gone' : '',
    cells: [
      { text: `${one.host} ${one.here ? '(this one)' : one.gone ? `gone, last heard ${time(one.at)} UTC` : ''}`, title: one.node },
      one.version && own && one.version + one.commit != own.version + own.commit
        ? { text: one.version + ' differs', title: `${one.version}, commit ${one.commit}`, state: 'differs' }
        : { text: one.version ?? unknown, title: `commit ${one.commit}` },
      lasting((Date.parse(one.at) - Date.parse(one.started)) / 1000),
      exactly(one.minute?.counted),
      zero(one.pending),
      fixed(one.oldest_seconds, 1),
      zero(one.at_risk, 'wrong'),
      zero(one.lost, 'wrong'),
      fixed(one.hits_percent, 1),
      fixed(one.p99_seconds && one.p99_seconds * 1000, 2),
      fixed(one.disk_free_bytes && one.disk_free_bytes / 1e9, 0),
      one.disk_hours > 999 ? '> 999' : exactly(one.disk_hours && Math.floor(one.disk_hours)),
    ],
  }));
};

let sites = [];      // as they are shown
let sitesRange;
let sitesRead = '';

export const showSites = (said, range, now) => {
  const failed = said.state == 'slow' || said.state == 'away';
  if (sitesRange != range) sitesRead = '';
  const old = failed && (said.sites.length || (sites.length && sitesRange == range));
  remark('sites', stateOf(said) + (old ? earlier(sitesRead) : ''), old);
  if (old && !said.sites.length) return;
  sites = said.sites;
  sitesRange = range;
  if (!failed) sitesRead = now;
  put(find('sites-note'), (range == '24h' ? 'today, UTC' : `last ${said.days} days, UTC`) +
    (said.of > sites.length ? `, ${sites.length} of ${exactly(said.of)}` : ''));
  show(find('no-sites'), !sites.length && !failed);
  show(find('largest').parentNode, sites.length);
  firstRows(find('largest'), sites, (one) => ({
    key: one.site,
    cells: [
      { text: one.site, address: 'dashboard/site?' + new URLSearchParams({ name: one.site, range: range == '24h' ? '7d' : range }), long: true },
      zero(one.shares), zero(one.clicks), zero(one.impressions), change(one.change),
    ],
  }));
};

export const keepSites = (words) => remark('sites', words + (sites.length ? earlier(sitesRead) : ''), sites.length);
