import type { Journey } from '@shuke/server/contracts/journeys';

/** Names of the ways to begin, as in the language files under `templates`. */
export const templateNames = ['blank', 'cart', 'care', 'newcomer'] as const;
export type TemplateName = (typeof templateNames)[number];

const rules = { reentry: 'never', maxEntrants: null, exitOn: [], layout: {} } as const;

/** A journey to begin with; messages are part of it only when there is a template to send. */
export function journeyFrom(template: TemplateName, messageTemplateId: string | undefined): Journey {
  const message = (id: string, next: string | null): Journey['nodes'] =>
    messageTemplateId === undefined
      ? [{ id, kind: 'wait', minutes: 60, next }]
      : [{ id, kind: 'message', messageTemplateId, next }];
  switch (template) {
    case 'blank':
      return {
        ...rules,
        exitOn: [],
        entry: { kind: 'event', event: 'Order Paid', condition: null },
        start: null,
        nodes: [],
      };
    case 'cart':
      return {
        ...rules,
        reentry: 'after_exit',
        exitOn: ['Order Paid'],
        entry: { kind: 'event', event: 'Product Added', condition: null },
        start: 'until-paid',
        nodes: [
          {
            id: 'until-paid',
            kind: 'wait_event',
            event: 'Order Paid',
            minutes: 120,
            happened: 'out',
            timedOut: 'remind',
          },
          ...message('remind', 'out'),
          { id: 'out', kind: 'exit' },
        ],
      };
    case 'care':
      return {
        ...rules,
        reentry: 'after_exit',
        exitOn: ['Order Refunded'],
        entry: { kind: 'event', event: 'Order Received', condition: null },
        start: 'days',
        nodes: [
          { id: 'days', kind: 'wait', minutes: 3 * 1_440, next: 'care' },
          ...message('care', 'out'),
          { id: 'out', kind: 'exit' },
        ],
      };
    case 'newcomer':
      return {
        ...rules,
        exitOn: [],
        entry: {
          kind: 'event',
          event: 'Order Paid',
          condition: { kind: 'order_count', withinDays: null, count: { max: 1 } },
        },
        start: 'day',
        nodes: [
          { id: 'day', kind: 'wait', minutes: 1_440, next: 'welcome' },
          ...message('welcome', 'again'),
          {
            id: 'again',
            kind: 'wait_event',
            event: 'Order Paid',
            minutes: 30 * 1_440,
            happened: 'out',
            timedOut: 'valuable',
          },
          { id: 'valuable', kind: 'condition', condition: { kind: 'high_value' }, yes: 'invite', no: 'out' },
          ...message('invite', 'out'),
          { id: 'out', kind: 'exit' },
        ],
      };
    default:
      return template satisfies never;
  }
}
