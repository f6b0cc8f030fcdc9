// The dashboard. Asks the server every five seconds what it knows, and shows it; the answers come from /dashboard/...,
// relative to this page, for it may stand behind a prefix. It asks nothing in a hidden tab, never the same thing twice
// at once, and less and less often where nobody answers. What was known stays, with its time.
import { time } from './parts/words.js';
import { find, make, put, show } from './parts/page.js';
import { clearLine, keepLine, showLine } from './parts/line.js';
import { clearSites, keepSites, showNodes, showShared, showSites, showSum, showTurnedAway, showVerdict } from './parts/panels.js';
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

const ask = async (path, { signal }) => {
  const answer = await fetch('dashboard/' + path, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
  const said = await answer.json();
  if (!answer.ok) throw Error(said.error?.message);
  return said;
};

const live = (words, state = '') => {
  put(find('live'), words);
  document.body.className = state;
};

const STORE = { slow: 'The store is slow.', away: 'The store is away.' };

const showNow = (now) => {
  skew = Date.parse(now.at) - Date.now();
  answered = time(now.at);
  failures = 0;
  live('live');
  tick();
  const { server } = now;
  put(find('name'), server.name || server.host);
  document.title = (now.verdict.state == 'ok' ? '' : 'Attention: ') + (server.name || server.host) + ' · buttond';
  put(find('snippet'), `<a class="buttond" href="https://${server.name}/add" rel="noreferrer">Share</a>\n` +
    `<script async src="https://${server.name}/js/button.js"></script>`);
  const away = STORE[now.fleet] ?? '';
  showVerdict(now.verdict);
  showSum(now.minute);
  showShared(now.shared, away);
  showTurnedAway(now.not_counted);
  showNodes(now.nodes, now.fleet, away, now.at);
};

// Once a minute, for they are of whole minutes; again soon where something was missing.
const askForRange = async (mine, busy) => {
  let missing = false;
  let none;
  const part = async (path, shown, kept) => {
    try {
      const said = await ask(`${path}?range=${range}`, mine);
      shown(said);
      missing ||= said.state != 'ok';
      return said;
    } catch (error) {
      if (mine.signal.aborted) throw error;
      missing = true;
      kept(error.name == 'Error' && error.message ? `The server says: ${error.message}.` : 'The server does not answer.');
    }
  };
  const [line, sites] = await Promise.all([
    part('line', (said) => showLine(said, answered), keepLine),
    part('sites', (said) => showSites(said, range, answered), keepSites),
  ]);
  none = sites?.state == 'ok' && !sites.of && !line?.points.some((one) => one?.[0] || one?.[1] || one?.[2]);
  show(find('start'), none && !busy);
  unfinished = missing;
};

const wake = async () => {
  clearTimeout(next);
  round?.abort();
  if (document.hidden) return live('paused');
  const mine = (round = new AbortController());
  try {
    const now = await ask('now', mine);
    showNow(now);
    const of = now.at.slice(0, 16);
    if (unfinished || of != minute) {
      minute = of;
      await askForRange(mine, now.shared.links.length);
    }
  } catch (error) {
    if (mine.signal.aborted) return;
    ++failures;
    const said = error.name == 'Error' && error.message ? `: ${error.message}` : '';
    live((answered ? `no answer since ${answered} UTC` : 'no answer yet') + said, 'unanswered');
  }
  if (mine == round) next = setTimeout(wake, Math.min(LONGEST_PAUSE, PAUSE * 2 ** failures));
};

const tick = () => {
  if (!document.hidden && answered) put(find('clock'), time(Date.now() + skew) + ' UTC');
};

// The range is in the address, so that a bookmark has it.
const choose = () => {
  const asked = new URLSearchParams(location.search).get('range');
  range = RANGES.includes(asked) ? asked : RANGES[0];
  for (const link of find('ranges').querySelectorAll('a')) {
    if (link.search == '?range=' + range) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  for (const name of ['line', 'sites']) find(name).querySelector('.csv').href = `dashboard/${name}.csv?range=${range}`;
  clearLine();
  clearSites();
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
