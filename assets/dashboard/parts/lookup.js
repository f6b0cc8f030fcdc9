// Look up a link: how an address becomes a key, whether it counts here, and what it has.
import { exactly, minute, point, shortened } from './words.js';
import { find, make } from './page.js';

const found = find('found');
const fact = (name, ...said) => [make('dt', {}, name), make('dd', {}, ...said)];

const lastCounted = (last) => {
  if (!last) return 'not known';
  const at = Date.parse(last.at);
  const when = point(at, 'day') + (last.precision == 'minute' ? ', ' + minute(at) : '') + ' UTC';
  return last.of == 'site' ? `its site: ${when}` : when;
};

const counts = ({ counts: has, known, state }) => {
  if (has) return `${exactly(has.impressions)} impressions, ${exactly(has.clicks)} clicks, ${exactly(has.shares)} shares`;
  if (state == 'slow') return 'The store is slow.';
  if (state == 'away') return 'The store is away.';
  return known === false ? 'none yet' : 'not known';
};

const describe = (said) => {
  const facts = make('dl', {});
  if (said.key == null) {
    facts.append(...fact('No button', make('strong', {}, said.why ?? 'not a link')));
  } else {
    facts.append(...fact('Key', make('code', { title: said.key, dir: 'ltr' }, shortened(said.key, 300))),
      ...fact('Counts here', make('strong', {}, said.listed === false ? `no: ${said.why_unlisted ?? 'not a site of ours'}` : 'yes')),
      ...fact('Counts', counts(said)),
      ...fact('Last counted', lastCounted(said.last_counted)));
  }
  const steps = make('ol', {}, ...(said.steps ?? []).map((step) => make('li', { dir: 'ltr' }, shortened(step, 300))));
  found.replaceChildren(facts, ...(steps.childElementCount ? [make('h3', {}, 'Its way from address to key'), steps] : []));
};

let asked = 0;

find('question').addEventListener('submit', async (event) => {
  event.preventDefault();
  const mine = ++asked;
  const say = (words) => mine == asked && found.replaceChildren(make('p', {}, words));
  say('Asking …');
  try {
    const answer = await fetch('dashboard/link?' + new URLSearchParams({ url: find('url').value.trim() }), { signal: AbortSignal.timeout(10e3) });
    const said = await answer.json();
    if (!answer.ok) say(said.error.message);
    else if (mine == asked) describe(said);
  } catch {
    say('The server does not answer.');
  }
});
