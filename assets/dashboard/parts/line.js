// The line of impressions, clicks and shares: three bands above one another, each with a scale of its own, for a
// thousand impressions go with a click or two. Gaps are gaps. Chart.js draws it; the table below says the same.
import { exactly, point, roughly, tick, zone } from './words.js';
import { earlier, find, make, put, remark, stateOf } from './page.js';

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
const end = () => at(line.points.length - 1);
const sums = () => NAMES.map((_, which) => line.points.reduce((sum, one) => sum + (one?.[which] ?? 0), 0));

// Where the scale beneath has its marks, as many as there is room for: full hours and midnights of the reader, days
// and months of UTC. What goes forward, how long that is, and by how many.
const MARKS = {
  minute: ['Hours', 3600e3, [1, 2, 3, 4, 6, 12]],
  hour: ['Date', 864e5, [1, 2]],
  day: ['UTCDate', 864e5, [1, 2, 3, 5, 7, 10]],
  month: ['UTCMonth', 2628e6, [1, 2, 3, 6]],
};
const marks = (width) => {
  const kind = line.points.length > 168 && line.step == 'day' ? 'month' : line.step;
  const [unit, length, counts] = MARKS[kind];
  const until = end();
  const count = counts.find((one) => (until - start) / length / one < width / 62) ?? counts.at(-1);
  const from = new Date(start);
  if (kind == 'month') from.setUTCDate(1);
  else if (kind != 'day') from.setHours(0, 0, 0, 0);
  const found = [];
  for (; from <= until; from['set' + unit](from['get' + unit]() + count)) {
    if (from >= start) found.push({ value: +from, words: tick[kind].format(from) });
  }
  return found;
};

// Of a band: the highest mark of its scale, the way between two, and the end, which leaves room for the band's name.
const BANDS = [5, 2, 2];
const NAME_HEIGHT = 26;
const scaleOf = (which) => {
  const most = Math.max(1, ...line.points.map((one) => one?.[which] ?? 0));
  const wanted = most / (which ? 2 : 4);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = Math.max(1, power * [1, 2, 5, 10].find((count) => count * power >= wanted));
  const top = step * Math.ceil(most / step);
  const height = (((canvas.parentNode.clientHeight || 350) - 30) * BANDS[which]) / 9;
  return { step, top, end: top / (1 - NAME_HEIGHT / height) };
};

const band = (which) => {
  const { step, top, end: max } = scaleOf(which);
  return {
    position: 'left',
    stack: 'bands',
    stackWeight: BANDS[which],
    weight: -which,
    min: 0,
    max,
    grid: { drawBorder: false, drawTicks: false },
    ticks: { padding: 8, callback: roughly },
    afterBuildTicks: (scale) => {
      scale.ticks = [];
      for (let value = 0; value <= top; value += step) scale.ticks.push({ value });
    },
  };
};

// Each band's name and its sum, in it, where a legend would have to be looked up.
const bandNames = {
  id: 'bandNames',
  afterDatasetsDraw({ ctx, scales, chartArea }) {
    const style = getComputedStyle(canvas);
    const write = (text, weight, color, x, y) => {
      ctx.font = `${weight} ${style.fontSize} ${style.fontFamily}`;
      ctx.fillStyle = style.getPropertyValue(color);
      ctx.fillText(text, x, y);
      return x + ctx.measureText(text + '  ').width;
    };
    ctx.save();
    ctx.textBaseline = 'top';
    sums().forEach((total, which) => {
      const y = scales[NAMES[which]].top + 2;
      const x = write(TITLES[which], 600, '--' + NAMES[which], chartArea.left, y);
      write(exactly(total), 400, '--soft', x, y);
    });
    ctx.restore();
  },
};

const options = (style) => {
  const ink = style.getPropertyValue('--ink');
  const paper = style.getPropertyValue('--paper');
  return {
    animation: false,
    maintainAspectRatio: false,
    parsing: false,
    interaction: { mode: 'index', axis: 'x', intersect: false },
    elements: { line: { borderWidth: 1.5 }, point: { hoverRadius: 3 } },
    scales: {
      x: {
        type: 'linear',
        min: start,
        max: end(),
        grid: { drawOnChartArea: false },
        ticks: { maxRotation: 0, autoSkip: false, callback: (value, index, all) => all[index].words },
        afterBuildTicks: (scale) => {
          scale.ticks = marks(scale.chart.width);
        },
      },
      impressions: band(0),
      clicks: band(1),
      shares: band(2),
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        backgroundColor: ink,
        titleColor: paper,
        bodyColor: paper,
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

// What is not over yet, the last hour or day, is dashed.
const draw = () => {
  if (!line || !window.Chart) return;
  const style = getComputedStyle(canvas);
  Object.assign(Chart.defaults, { color: style.getPropertyValue('--soft'), borderColor: style.getPropertyValue('--rule') });
  Object.assign(Chart.defaults.font, { family: style.fontFamily, size: parseFloat(style.fontSize) });
  const dots = line.points.map((_, index) => (alone(index) ? 1.5 : 0));
  const datasets = NAMES.map((name, which) => ({
    yAxisID: name,
    borderColor: style.getPropertyValue('--' + name),
    backgroundColor: style.getPropertyValue('--' + name),
    pointRadius: dots,
    segment: { borderDash: ({ p1DataIndex }) => (line.step != 'minute' && p1DataIndex == line.points.length - 1 ? [3, 3] : undefined) },
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

const describe = () =>
  `From ${point(start, line.step)} to ${point(end(), line.step)}: ` +
  sums().map((sum, which) => `${exactly(sum)} ${NAMES[which]}`).join(', ');

export const showLine = (said, range, now) => {
  const kept = line?.range == range && line.points.some(Boolean);
  const empty = !said.points.some(Boolean);
  const failed = said.state == 'slow' || said.state == 'away';
  if (line?.range != range) read = '';
  // Days are what was read of the store before; minutes and hours are then what this node knows by itself.
  const old = failed && (empty ? kept : said.step == 'day');
  const own = failed && !empty ? ' This is what this node itself counted.' : '';
  remark('line', stateOf(said) + (old ? earlier(read) : own), old);
  if (old && empty) return;
  line = said;
  start = Date.parse(said.first);
  if (!failed) read = now;
  put(find('line-note'), `by ${line.step}, ${line.step == 'day' ? 'UTC' : 'in your time, ' + zone()}`);
  canvas.setAttribute('aria-label', describe());
  draw();
  table();
};

export const keepLine = (words) => remark('line', words + (line ? earlier(read) : ''), line);

details.addEventListener('toggle', table);
for (const query of ['print', '(prefers-color-scheme: dark)', '(forced-colors: active)']) {
  matchMedia(query).addEventListener('change', () => {
    chart?.resize();
    draw();
  });
}
