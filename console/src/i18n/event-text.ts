import i18next from 'i18next';

/** The name of an event in the reader's language; an own event's name stays as it is. */
export function eventText(name: string): string {
  // Read as they are: names contain spaces and may contain dots, which a translation key may not.
  const text: unknown = i18next.getResource(i18next.language, 'events', name, { keySeparator: false });
  return typeof text === 'string' ? text : name;
}
