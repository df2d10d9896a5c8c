// Numbers, times and lengths of time as the viewer's language writes them.
import { locale } from './i18n';

const cache = new Map<string, unknown>();
function cached<T>(kind: string, make: (locale: string) => T): T {
  const key = `${locale.value}/${kind}`;
  if (!cache.has(key)) cache.set(key, make(locale.value));
  return cache.get(key) as T;
}

export const number = (value: number | string): string =>
  cached('number', (locale) => new Intl.NumberFormat(locale)).format(Number(value));

export const percent = (part: number, whole: number): string =>
  cached('percent', (locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })).format(
    whole > 0 ? part / whole : 0,
  );

/** 1234567 -> "1.2 MB". */
export function bytes(value: number | string): string {
  let size = Number(value);
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  let unit = 0;
  for (; size >= 1000 && unit + 1 < units.length; ++unit) size /= 1000;
  return cached(`bytes${unit}`, (locale) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: units[unit]!, unitDisplay: 'short', maximumFractionDigits: unit ? 1 : 0 }),
  ).format(size);
}

type TimeStyle = 'full' | 'minute' | 'date' | 'clock';
const kStyles: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  full: { dateStyle: 'medium', timeStyle: 'medium' },
  minute: { dateStyle: 'medium', timeStyle: 'short' },
  date: { dateStyle: 'medium' },
  clock: { timeStyle: 'medium' },
};

/** In the viewer's zone. */
export const time = (value: string | Date, style: TimeStyle = 'minute'): string =>
  cached(`time/${style}`, (locale) => new Intl.DateTimeFormat(locale, kStyles[style])).format(new Date(value));

/** A day of UTC, "2026-11-24", as a date. */
export const utcDay = (day: string): string =>
  cached('utcDay', (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })).format(new Date(`${day}T00:00:00Z`));

/** In UTC, which it says. */
export const utcTime = (value: string): string =>
  `${cached('utcTime', (locale) => new Intl.DateTimeFormat(locale, { ...kStyles.full, timeZone: 'UTC' })).format(new Date(value))} UTC`;

/** "2026-11-24 12:00:00 UTC". */
export const utc = (value: string | Date): string => `${new Date(value).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const kSteps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** "3 minutes ago", "in 2 days". Never "yesterday" or "next year", which count calendar days and years: in 13 months may be the year after next. */
export function relative(value: string | Date, now = Date.now()): string {
  const seconds = Math.round((new Date(value).getTime() - now) / 1000);
  const format = cached(`relative${seconds === 0}`, (locale) => new Intl.RelativeTimeFormat(locale, { numeric: seconds ? 'always' : 'auto' }));
  for (const [unit, length] of kSteps) {
    if (Math.abs(seconds) >= length || unit === 'second') return format.format(Math.trunc(seconds / length), unit);
  }
  return '';
}

/** Seconds of a protobuf Duration's JSON, "3.5s". */
export const seconds = (duration: string | undefined): number => (duration ? Number(duration.replace(/s$/, '')) : 0);

/** "1 h 30 min"; the two largest units. */
export function duration(value: string | number | undefined): string {
  let rest = typeof value === 'number' ? value : seconds(value);
  if (Math.abs(rest) < 1 && rest !== 0) {
    return cached('ms', (locale) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: 'millisecond', unitDisplay: 'short', maximumFractionDigits: 1 }),
    ).format(rest * 1000);
  }
  const parts: string[] = [];
  for (const [unit, length] of [['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]] as const) {
    const count = Math.trunc(rest / length);
    if (count === 0 && !(unit === 'second' && parts.length === 0)) continue;
    if (parts.length === 2) break;
    parts.push(
      cached(`length/${unit}`, (locale) =>
        new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: unit === 'day' ? 'long' : 'short', maximumFractionDigits: 0 }),
      ).format(count),
    );
    rest -= count * length;
  }
  return parts.join(' ');
}

/** 2148204801 -> "0x800B0101". */
export const hresult = (code: number): string => `0x${(code >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;

/** The last segment of a resource name or a path. */
export const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Base64 as protobuf's JSON has it, as hex. */
export const hexOfBase64 = (text: string): string =>
  Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');

/** For <input type="datetime-local">, in the viewer's zone. */
export function localInput(value: string | Date): string {
  const date = new Date(value);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
