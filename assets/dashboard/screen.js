// The dashboard. Asks the server every five seconds what it knows, and shows it; the answers come from /dashboard/...,
// relative to this page, for it may stand behind a prefix. It asks nothing in a hidden tab, never the same thing twice
// at once, and less and less often where nobody answers. What was known stays, with its time.
import { time } from './parts/words.js';
import { find, put, show, stateOf } from './parts/page.js';
import { keepLine, showLine } from './parts/line.js';
import { keepSites, showNodes, showShared, showSites, showSum, showTurnedAway, showVerdict } from './parts/panels.js';
import './parts/lookup.js';

const RANGES = ['24h', '7d', '30d', '400d'];
const PAUSE = 5e3;
const LONGEST_PAUSE = 60e3;
const PATIENCE = 10e3;

let range;
let skew = 0;           // of the server's clock to ours
let answered = '';      // when it last did, by its own clock
let failures = 0;
let next;
let round;              // aborts the questions of this one
let minute;             // the last one that the line and the sites were asked for
let unfinished = true;  // they were not all there
let fleet;              // whether the store answers this node
const last = {};        // answers, by what was asked

const clock = () => Date.now() + skew;

// What the server says, and why it said nothing.
const ask = async (what, path, { signal }) => {
  const answer = await fetch('dashboard/' + path, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
  const said = await answer.json();
  if (!answer.ok) throw Error(said.error?.message);
  return (last[what] = said);
};
const reasonOf = (error) => (error.name == 'Error' && error.message) || 'the server does not answer';

const live = (words, state = '') => {
  put(find('live'), words);
  document.body.className = state;
};

// What to put on a page, for a server that has counted nothing.
const showSnippet = (name) => {
  const server = 'https://' + (name || 'share.example.com');
  put(find('snippet'), `<a class="buttond" href="${server}/add" rel="noreferrer">Share</a>
<script async src="${server}/js/button.js"></script>`);
  show(find('unnamed'), !name);
  show(find('home'), name);
  find('home').firstElementChild.href = server;
};

const showNow = (now) => {
  skew = Date.parse(now.at) - Date.now();
  answered = time(now.at);
  failures = 0;
  live('live');
  tick();
  const { server } = now;
  const name = server.name || server.host || 'buttond';
  put(find('name'), name);
  document.title = (now.verdict.state == 'ok' ? '' : 'Attention: ') + name + ' · buttond';
  showSnippet(server.name);
  const away = stateOf({ state: now.fleet });
  showVerdict(now.verdict);
  showSum(now.minute);
  showShared(now.shared, away);
  showTurnedAway(now.not_counted);
  showNodes(now.nodes, now.fleet, away, now.at);
};

const askNow = async (mine) => {
  let now;
  try {
    now = await ask('now', 'now', mine);
  } catch (error) {
    if (mine.signal.aborted) return;
    ++failures;
    return live(`${answered ? `no answer since ${answered} UTC` : 'no answer yet'}: ${reasonOf(error)}`, 'unanswered');
  }
  showNow(now);
  if (now.fleet != fleet) unfinished = true;
  fleet = now.fleet;
};

// Once a minute, for it is of whole minutes; again soon where something was missing.
const askForRange = async (what, shown, kept, mine) => {
  try {
    const said = await ask(what, `${what}?range=${range}`, mine);
    if (said.state != 'ok') unfinished = true;
    shown(said, range, time(clock()));
  } catch (error) {
    if (mine.signal.aborted) return;
    unfinished = true;
    kept(`No figures: ${reasonOf(error)}.`);
  }
};

const wake = async () => {
  clearTimeout(next);
  round?.abort();
  if (document.hidden) return live('paused');
  const mine = (round = new AbortController());
  const asked = [askNow(mine)];
  const now = new Date(clock()).getUTCMinutes();
  if (unfinished || now != minute) {
    minute = now;
    unfinished = false;
    asked.push(askForRange('line', showLine, keepLine, mine), askForRange('sites', showSites, keepSites, mine));
  }
  await Promise.allSettled(asked);
  if (mine != round) return;
  const none = last.sites?.state == 'ok' && !last.sites.of && !last.now?.shared.links.length && !last.line?.points.some((one) => one?.some(Boolean));
  show(find('start'), none);
  show(find('line'), !none);
  if (none) unfinished = true;
  next = setTimeout(wake, Math.min(LONGEST_PAUSE, PAUSE * 2 ** failures));
};

const tick = () => {
  if (!document.hidden && answered) put(find('clock'), time(clock()) + ' UTC');
};

// The range is in the address, so that a bookmark has it.
const choose = () => {
  const asked = new URLSearchParams(location.search).get('range');
  range = RANGES.includes(asked) ? asked : RANGES[0];
  for (const link of find('ranges').querySelectorAll('a')) {
    link.ariaCurrent = link.search == '?range=' + range ? 'true' : null;
  }
  for (const name of ['line', 'sites']) find(name).querySelector('.csv').href = `dashboard/${name}.csv?range=${range}`;
  unfinished = true;
  wake();
};

find('ranges').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  choose();
});
addEventListener('popstate', choose);
document.addEventListener('visibilitychange', wake);
setInterval(tick, 1e3);
choose();
