/** Days of a brand's calendar, both inclusive, as YYYY-MM-DD. */
export interface Period {
  readonly fromOn: string;
  readonly untilOn: string;
}

const dayMs = 86_400_000;
const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`) / dayMs;
const textOf = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);

/** So many days up to and with the given one. */
export function daysUntil(untilOn: string, days: number): Period {
  return { fromOn: textOf(dayOf(untilOn) - days + 1), untilOn };
}

/** Whether a text is a day of the calendar. */
export function isDay(text: string | null): text is string {
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(dayOf(text));
}

/** The month a day is in, up to that day; and the whole month before. */
export function monthsOf(today: string): { thisMonth: Period; lastMonth: Period } {
  const first = `${today.slice(0, 7)}-01`;
  const lastDayBefore = textOf(dayOf(first) - 1);
  return {
    thisMonth: { fromOn: first, untilOn: today },
    lastMonth: { fromOn: `${lastDayBefore.slice(0, 7)}-01`, untilOn: lastDayBefore },
  };
}
