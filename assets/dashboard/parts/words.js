// Numbers and times as people read them. The page is in English; days are UTC, as the store has them, and what is
// shorter than a day is in the reader's zone. What is not known is a dash, never a zero.
const format = (options) => new Intl.DateTimeFormat('en-GB', options);
const clock = format({ hour: '2-digit', minute: '2-digit' });
const weekday = format({ weekday: 'short', day: 'numeric' });
const moment = format({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const date = format({ day: 'numeric', month: 'short', timeZone: 'UTC' });
const month = format({ month: 'short', timeZone: 'UTC' });
const whole = format({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

export const unknown = '–';
export const roughly = (value) => value.toLocaleString('en', { notation: 'compact' });

// Of one column all have as many digits behind the point.
export const fixed = (value, digits) =>
  value == null ? unknown : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
export const exactly = (value) => fixed(value, 0);
export const percent = (part) => (part > 0 && part < 0.001 ? '< 0.1' : fixed(part * 100, 1)) + ' %';
export const change = (part) => {
  if (part == null) return unknown;
  const whole = Math.round(part * 100);
  return (whole < 0 ? '−' : whole > 0 ? '+' : '') + exactly(Math.abs(whole)) + ' %';
};
export const several = (number, noun) => exactly(number) + ' ' + noun + (number == 1 ? '' : 's');

export const lasting = (seconds) => {
  const [days, hours, minutes] = [86400, 3600, 60].map((length) => Math.floor(seconds / length));
  if (isNaN(days)) return unknown;
  return days > 0 ? `${days} d ${hours % 24} h` : hours > 0 ? `${hours} h ${minutes % 60} min` : minutes + ' min';
};

// Of RFC 3339 in UTC, or a number of milliseconds.
export const time = (at) => new Date(at).toISOString().slice(11, 19);
export const minute = (at) => time(at).slice(0, 5);
export const zone = () =>
  format({ timeZoneName: 'short' }).formatToParts().find((part) => part.type == 'timeZoneName').value;

// A point of the line, whose step is a minute, an hour or a day: in full, and beneath the line.
export const point = (at, step) => (step == 'day' ? whole : moment).format(at);
export const tick = { minute: clock, hour: weekday, day: date, month };

// A text of strangers, which may be 2,048 letters long: its end tells as much as its beginning.
export const shortened = (text, most = 120) =>
  text.length > most ? text.slice(0, most - 41) + '…' + text.slice(-40) : text;
