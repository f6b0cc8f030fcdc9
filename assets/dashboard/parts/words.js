// Numbers and times as people read them. The page is in English; days are UTC, as the store has them, and what is
// shorter than a day is in the reader's zone. What is not known is a dash, never a zero.
const grouped = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact' });
const format = (options) => new Intl.DateTimeFormat('en-GB', options);
const clock = format({ hour: '2-digit', minute: '2-digit' });
const weekday = format({ weekday: 'short', day: 'numeric' });
const moment = format({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const date = format({ day: 'numeric', month: 'short', timeZone: 'UTC' });
const month = format({ month: 'short', timeZone: 'UTC' });
const whole = format({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

export const unknown = '–';
export const exactly = (value) => (value == null ? unknown : grouped.format(value));
export const roughly = (value) => compact.format(value);

// To as many digits as a person compares: 0.12, 4.1, 31.
export const about = (value) =>
  value == null ? unknown : grouped.format(Number(value.toPrecision(Math.abs(value) < 100 ? 2 : 3)));
export const percent = (part) => (part == null ? unknown : about(part * 100) + ' %');
export const change = (part) => (part == null ? unknown : (part < 0 ? '−' : '+') + grouped.format(Math.round(Math.abs(part) * 100)) + ' %');
export const several = (number, noun) => exactly(number) + ' ' + noun + (number == 1 ? '' : 's');

export const lasting = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days) return days + ' d ' + (hours % 24) + ' h';
  if (hours) return hours + ' h ' + (minutes % 60) + ' min';
  return minutes ? minutes + ' min' : Math.max(0, Math.floor(seconds)) + ' s';
};

// Of RFC 3339 in UTC, or a number of milliseconds.
export const time = (at) => new Date(at).toISOString().slice(11, 19);
export const minute = (at) => time(at).slice(0, 5);
export const zone = () =>
  format({ timeZoneName: 'short' }).formatToParts().find((part) => part.type == 'timeZoneName').value;

// A point of the line, whose step is a minute, an hour or a day: in full, and beneath the line.
export const point = (at, step) => (step == 'day' ? whole : moment).format(at);
export const tick = { minute: (at) => clock.format(at), hour: (at) => weekday.format(at), day: (at) => date.format(at), month: (at) => month.format(at) };

// A text of strangers, which may be 2,048 letters long: its end tells as much as its beginning.
export const shortened = (text, most = 120) =>
  text.length > most ? text.slice(0, most - 41) + '…' + text.slice(-40) : text;
