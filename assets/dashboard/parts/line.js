// The line of impressions, clicks and shares: three bands above one another, each with a scale of its own, for a
// thousand impressions go with a click or two. Gaps are gaps. Chart.js draws it; the table below says the same.
import { exactly, point, roughly, tick, unknown, zone } from './words.js';
import { find, make, put, remark } from './page.js';

const NAMES = ['impressions', 'clicks', 'shares'];
const TITLES = ['Impressions', 'Clicks', 'Shares'];
const STEPS = { minute: 60e3, hour: 3600e3, day: 864e5 };

const canvas = find('drawing');
const details = find('line-table');
let chart;
let line;        // what is drawn, as the server said it
let start;       // of its first point, in milliseconds
let read = '';   // when it was, where it is shown for longer than it should be

const at = (index) => start + index * STEPS[line.step];
const sums = () => NAMES.map((_, which) => line.points.reduce((sum, one) => sum + (one?.[which] ?? 0), 0));

// Where the scale beneath has its marks: full hours and midnights of the reader, days and months of UTC.
const marks = (width) => {
  const room = Math.max(2, Math.floor(width / 62));
  const found = [];
  const from = new Date(start);
  const until = at(line.points.length - 1);
  const collect = (forward, name) => {
    for (; from <= until; forward()) if (from >= start) found.push({ value: +from, name });
  };
  const wide = (counts) => counts.find((count) => line.points.length * STEPS[line.step] / count <= room) ?? counts.at(-1);
  if (line.step == 'minute') {
    const hours = wide([1, 2, 3, 4, 6, 12].map((count) => count * 3600e3)) / 3600e3;
    from.setHours(0, 0, 0, 0);
    collect(() => from.setHours(from.getHours() + hours), 'minute');
  } else if (line.step == 'hour') {
    from.setHours(0, 0, 0, 0);
    collect(() => from.setDate(from.getDate() + 1), 'hour');
  } else if (line.points.length < 60) {
    const days = wide([1, 2, 3, 5, 7, 10].map((count) => count * 864e5)) / 864e5;
    collect(() => from.setUTCDate(from.getUTCDate() + days), 'day');
  } else {
    from.setUTCDate(1);
    const months = room < 14 ? (room < 7 ? 3 : 2) : 1;
    collect(() => from.setUTCMonth(from.getUTCMonth() + months), 'month');
  }
  return found;
};

// Each band's name and its sum, in it, where a legend would have to be looked up.
const bandNames = {
  id: 'bandNames',
  afterDatasetsDraw({ ctx, scales, chartArea }) {
    const totals = sums();
    const style = getComputedStyle(canvas);
    ctx.save();
    ctx.textBaseline = 'bottom';
    TITLES.forEach((title, which) => {
      const top = scales[NAMES[which]].top - 4;
      ctx.font = `600 ${style.fontSize} ${style.fontFamily}`;
      ctx.fillStyle = style.getPropertyValue('--' + NAMES[which]);
      ctx.fillText(title, chartArea.left, top);
      const width = ctx.measureText(title + '  ').width;
      ctx.font = `${style.fontSize} ${style.fontFamily}`;
      ctx.fillStyle = style.getPropertyValue('--soft');
      ctx.fillText(exactly(totals[which]), chartArea.left + width, top);
    });
    ctx.restore();
  },
};

const band = (name, weight, color) => ({
  type: 'linear',
  position: 'left',
  stack: 'bands',
  stackWeight: weight,
  weight: -NAMES.indexOf(name),
  min: 0,
  suggestedMax: 4,
  grid: { color: color('--rule'), drawBorder: false, drawTicks: false },
  ticks: { color: color('--soft'), precision: 0, maxTicksLimit: weight > 1 ? 5 : 3, padding: 8, callback: roughly },
});

const options = (style) => {
  const color = (name) => style.getPropertyValue(name).trim();
  const font = { family: style.fontFamily, size: parseFloat(style.fontSize) };
  return {
    animation: false,
    maintainAspectRatio: false,
    normalized: true,
    parsing: false,
    font,
    layout: { padding: { top: font.size + 8 } },
    interaction: { mode: 'index', axis: 'x', intersect: false },
    elements: { line: { borderWidth: 1.5 }, point: { hitRadius: 0, hoverRadius: 3 } },
    scales: {
      x: {
        type: 'linear',
        min: start,
        max: at(line.points.length - 1),
        grid: { color: color('--rule'), drawOnChartArea: false, borderColor: color('--rule') },
        ticks: { color: color('--soft'), maxRotation: 0, autoSkip: false, callback: (value, index, all) => tick[all[index].name](value) },
        afterBuildTicks: (scale) => {
          scale.ticks = marks(scale.chart.width);
        },
      },
      impressions: band('impressions', 5, color),
      clicks: band('clicks', 2, color),
      shares: band('shares', 2, color),
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        backgroundColor: color('--ink'),
        titleColor: color('--paper'),
        bodyColor: color('--paper'),
        displayColors: false,
        callbacks: {
          title: ([item]) => point(item.parsed.x, line.step),
          label: (item) => exactly(item.parsed.y) + ' ' + NAMES[item.datasetIndex],
        },
      },
    },
  };
};

// A point between two gaps is no line: it gets a dot.
const alone = (index) => line.points[index] && !line.points[index - 1] && !line.points[index + 1];

const draw = () => {
  if (!line || !window.Chart) return;
  const style = getComputedStyle(canvas);
  const dots = line.points.map((_, index) => (alone(index) ? 1.5 : 0));
  const datasets = NAMES.map((name, which) => ({
    yAxisID: name,
    borderColor: style.getPropertyValue('--' + name).trim(),
    backgroundColor: style.getPropertyValue('--' + name).trim(),
    pointRadius: dots,
    data: line.points.map((one, index) => ({ x: at(index), y: one ? one[which] : NaN })),
  }));
  if (chart) {
    chart.data.datasets = datasets;
    chart.options = options(style);
    chart.update('none');
  } else {
    chart = new Chart(canvas, { type: 'line', data: { datasets }, options: options(style), plugins: [bandNames] });
  }
};

// The newest first, and a gap as one row.
const table = () => {
  if (!line || !details.open) return;
  put(find('step'), line.step == 'day' ? 'Day (UTC)' : 'Time');
  const made = [];
  for (let index = line.points.length - 1; index >= 0; --index) {
    const one = line.points[index];
    if (one) {
      made.push(make('tr', {}, make('th', { scope: 'row' }, point(at(index), line.step)),
        ...one.map((value) => make('td', { className: 'n' }, exactly(value)))));
      continue;
    }
    const last = index;
    while (index > 0 && !line.points[index - 1]) --index;
    const when = index == last ? '' : point(at(index), line.step) + ' to ';
    made.push(make('tr', { className: 'gone' }, make('th', { scope: 'row' }, when + point(at(last), line.step)),
      make('td', { className: 'n', colSpan: 3 }, 'nothing known')));
  }
  find('points').replaceChildren(...made);
};

const describe = () => {
  const totals = sums();
  const known = line.points.filter(Boolean).length;
  const most = Math.max(0, ...line.points.map((one) => one?.[0] ?? 0));
  const when = line.points.findIndex((one) => one?.[0] == most);
  const parts = NAMES.map((name, which) => `${exactly(totals[which])} ${name}`);
  return `By ${line.step}, from ${point(start, line.step)} to ${point(at(line.points.length - 1), line.step)}: ` +
    (known ? `${parts.join(', ')}; the most impressions, ${exactly(most)}, at ${point(at(when), line.step)}.` : 'nothing known.');
};

export const showLine = (said, now) => {
  const kept = line?.range == said.range && line.points.some(Boolean);
  const empty = !said.points?.some(Boolean);
  const states = {
    ok: '',
    reading: `Days are being read: ${said.read_days} of ${said.days} so far.`,
    slow: 'The store is slow.',
    away: 'The store is away.',
  };
  const old = (said.state == 'slow' || said.state == 'away') && empty && kept;
  const own = said.state == 'away' && !empty ? ' This is what this node itself counted.' : '';
  remark('line', states[said.state] + own + (old ? ` These figures are of ${read} UTC.` : ''), old);
  if (old) return;
  line = said;
  start = Date.parse(said.first);
  if (said.state != 'slow' && said.state != 'away') read = now;
  put(find('line-note'), `by ${line.step}, ${line.step == 'day' ? 'UTC' : 'in your time, ' + zone()}`);
  canvas.setAttribute('aria-label', describe());
  draw();
  table();
};

export const keepLine = (words) => remark('line', line ? `${words} These figures are of ${read || unknown} UTC.` : words, line);

// Another range: what is drawn is no answer to it.
export const clearLine = () => {
  line = undefined;
};

details.addEventListener('toggle', table);
for (const query of ['print', '(prefers-color-scheme: dark)', '(forced-colors: active)']) {
  matchMedia(query).addEventListener('change', () => {
    chart?.resize();
    draw();
  });
}
